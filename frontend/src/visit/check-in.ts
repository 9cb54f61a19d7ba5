import { LitElement, css, html, nothing } from "lit";
import { property, query, state } from "lit/decorators.js";
import { ApiError, post } from "../api/http";
import type { VisitCheckIn } from "../api/types";
import { element } from "../parts/element";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { problemText, visitTexts } from "./texts";
import { visitStyle } from "./visit-style";

/**
 * At the kiosk: a code typed on the screen, or by a scanner that types and presses Enter, becomes a ticket. Dispatches
 * `checked-in` with the server's answer as detail, whose `ticket` is the card to show.
 */
@element("lobby-check-in")
export class CheckInElement extends LitElement {
  @property() locale: Locale = "zh-Hans";
  /** The kiosk's conversation, which then hears when the number is called. */
  @property() session: string | null = null;
  @state() private busy = false;
  @state() private told = "";
  @state() private problem = "";
  @query("input") private input!: HTMLInputElement;

  static override styles = [
    shared,
    visitStyle,
    css`
      :host {
        display: block;
      }
      h2 {
        margin: 0 0 0.6em;
        font-size: 1.4em;
      }
      form {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.8em;
      }
      label {
        flex: 1 1 12em;
      }
      form button {
        min-height: max(64px, 3.2em);
        padding-inline: 1.8em;
      }
      p {
        margin: 0.8em 0 0;
        font-weight: 600;
      }
      input:not([type="checkbox"]) {
        display: block;
        min-height: max(64px, 2em);
        width: 100%;
        margin-top: 0.2em;
        padding: 0.2em 0.5em;
        border: 1px solid var(--lobby-control);
        border-radius: 0.75em;
        background: var(--lobby-surface);
        font-size: 1.6em;
        letter-spacing: 0.06em;
        text-transform: uppercase;
      }
    `,
  ];

  protected override firstUpdated(): void {
    this.input.focus();
  }

  override render() {
    const texts = visitTexts[this.locale].checkIn;
    return html`
      <h2>${texts.title}</h2>
      <form @submit=${this.send}>
        <label>
          ${texts.code}
          <input autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="200" data-testid="check-in-code" />
        </label>
        <button class="primary" data-testid="check-in" ?disabled=${this.busy}>${texts.go}</button>
      </form>
      <div role="status">${this.told ? html`<p data-testid="check-in-told">${this.told}</p>` : nothing}</div>
      <div role="alert">
        ${this.problem ? html`<p class="problem" data-testid="check-in-problem">${this.problem}</p>` : nothing}
      </div>
    `;
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    const code = this.input.value.trim();
    if (code === "" || this.busy) return;
    this.busy = true;
    this.told = this.problem = "";
    try {
      const answer = await post<VisitCheckIn>("/api/visits/check-in", { code, session: this.session, locale: this.locale });
      this.told = this.outcome(answer);
      this.input.value = "";
      this.dispatchEvent(new CustomEvent("checked-in", { detail: answer, bubbles: true, composed: true }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = problemText(error, this.locale);
      this.input.select();
    }
    this.busy = false;
  }

  private outcome({ again, timing, visit }: VisitCheckIn): string {
    const texts = visitTexts[this.locale].checkIn;
    const place = { none: "", early: texts.early, on_time: texts.kept, late: texts.late }[timing];
    const missing = visit.missing.map((paper) => paper.label[this.locale]).join(this.locale === "en" ? ", " : "、");
    const papers = visit.complete ? texts.complete : texts.missing(missing);
    return [again ? texts.again : place, papers].filter(Boolean).join(this.locale === "en" ? " " : "");
  }
}
