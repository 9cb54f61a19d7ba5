import { LitElement, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { ApiError } from "../api/http";
import { Resource } from "../api/resource";
import type { Printer } from "../api/types";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { clockTime } from "../parts/format";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { OnNews } from "./feed";
import { panelStyle } from "./panel-style";
import { staffGet, staffPost } from "./staff-api";

const LOOK = { ok: "good", paper_low: "warn", paper_out: "alert", offline: "alert", unknown: "", none: "" } as const;

/** How the printer of the slips does, and a test of it; nothing at all where the branch has none. */
@element("lobby-printer")
export class PrinterLine extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property() zone = "";
  @state() private busy = false;
  @state() private failed = false;

  private readonly printer = new Resource<Printer>(this, () => staffGet("/printer"));

  constructor() {
    super();
    new OnNews(this, ["printer"], this.printer.reload);
  }

  static override styles = [
    shared,
    panelStyle,
    css`
      .bar {
        margin-bottom: 1rem;
        border: 1px solid var(--lobby-line);
        border-radius: var(--lobby-radius);
        background: var(--lobby-surface);
      }
      .state {
        flex: 1;
        min-width: 10rem;
      }
      .tag {
        white-space: normal;
      }
      small {
        color: var(--lobby-quiet);
      }
    `,
  ];

  override render() {
    const printer = this.printer.value;
    if (!printer || printer.state === "none") return nothing;
    const texts = staffTexts[this.locale].printer;
    return html`
      <section class="bar" aria-label=${texts.title} data-testid="printer">
        <div class="state" role="status">
          <span class="tag ${LOOK[printer.state]}" data-testid="printer-state">${printer.message[this.locale]}</span>
          ${printer.since ? html`<small>${texts.since(clockTime(printer.since, this.locale, this.zone))}</small>` : nothing}
        </div>
        <button type="button" ?disabled=${this.busy} data-testid="printer-test" @click=${this.test}>${texts.test}</button>
        ${this.failed ? html`<span role="alert">${staffTexts[this.locale].failed}</span>` : nothing}
      </section>
    `;
  }

  private readonly test = async (): Promise<void> => {
    this.busy = true;
    this.failed = false;
    try {
      this.printer.set(await staffPost<Printer>("/printer/test"));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.failed = true;
    }
    this.busy = false;
  };
}
