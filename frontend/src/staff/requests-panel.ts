import { LitElement, css, html, nothing } from "lit";
import { property, query, state } from "lit/decorators.js";
import { ApiError, request } from "../api/http";
import { Resource } from "../api/resource";
import type { Branch, List, RequestKind, StaffLoan, StaffRequest, StockLine } from "../api/types";
import { chatTexts } from "../i18n/chat";
import { commonTexts } from "../i18n/common";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { clockTime, dayAndTime } from "../parts/format";
import { maskedText } from "../parts/masked-text";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { OnNews } from "./feed";
import { panelStyle } from "./panel-style";
import { Shortcuts } from "./shortcuts";
import { staffGet, staffPost } from "./staff-api";
import { thingIcon } from "./thing-icons";

const TICK_MS = 1000;

type Deed = "take" | "done" | "cancel";
const KEYS: Record<string, Deed> = { T: "take", D: "done" };

/** What customers ask for in the hall, urgent ones first; what is lent, and what is left to lend. */
@element("lobby-requests")
export class RequestsPanel extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property() zone = "";
  @state() private now = Date.now();
  @state() private busy = false;
  @state() private entering = false;
  @state() private kindId = "";
  /** The request that has the focus, which keys mean then; else they mean the first one they fit. */
  @state() private focused: number | null = null;
  /** The loan whose loss has been pressed once. */
  @state() private doubtful: number | null = null;
  @state() private told = "";
  @state() private problem = "";
  @query("#reference") private readonly referenceField!: HTMLInputElement;

  private timer: ReturnType<typeof setInterval> | undefined;
  private readonly requests = new Resource<List<StaffRequest>>(this, () => staffGet("/requests"));
  private readonly loans = new Resource<List<StaffLoan>>(this, () => staffGet("/loans"));
  private readonly stock = new Resource<List<StockLine>>(this, () => staffGet("/stock"));
  private readonly kinds = new Resource<List<RequestKind>>(this, () => staffGet("/request-kinds"));
  private readonly branch = new Resource<Branch>(this, () => request("/api/branch"));

  constructor() {
    super();
    new OnNews(this, ["request", "loan"], () => this.reload());
    new Shortcuts(this, (letter) => this.pressed(letter));
  }

  static override styles = [
    shared,
    panelStyle,
    css`
      :host {
        grid-template-rows: auto minmax(0, 1fr);
        gap: 1rem;
      }
      .split {
        grid-template-columns: minmax(0, 3fr) minmax(17rem, 2fr);
      }
      .bar input {
        width: 15rem;
      }
      .stock ul {
        display: flex;
        gap: 0.5rem;
        padding: 0.7rem 1rem;
        overflow-x: auto;
      }
      .stock button {
        position: relative; /* holds its hidden words, which would widen the page where the row scrolls */
        display: grid;
        justify-items: center;
        min-width: 7.5rem;
      }
      svg {
        width: 1.4rem;
        height: 1.4rem;
      }
      .picture svg {
        width: 2.2rem;
        height: 2.2rem;
      }
      small {
        color: var(--lobby-quiet);
      }
      .scroll li {
        display: grid;
        gap: 0.4rem;
        padding: 0.8rem 1rem;
        border-bottom: 1px solid var(--lobby-line);
      }
      .scroll li.urgent {
        box-shadow: inset 4px 0 0 var(--lobby-alert);
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem 0.8rem;
      }
      .row time {
        font-variant-numeric: tabular-nums;
      }
      .words {
        margin: 0;
        overflow-wrap: anywhere;
      }
      kbd {
        margin-inline-start: 0.4em;
        padding: 0 0.4em;
        border: 1px solid currentcolor;
        border-radius: 0.3em;
        font-size: 0.8em;
      }
      form {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr));
        align-items: end;
        gap: 0.6rem;
        padding: 0.8rem 1rem;
        border-bottom: 1px solid var(--lobby-line);
        background: var(--lobby-sunken);
      }
      .told {
        margin: 0;
        padding: 0.5rem 1rem;
        color: var(--lobby-accent);
      }
      .told:empty {
        display: none;
      }
      @media (max-width: 760px) {
        :host {
          display: block;
          overflow-y: auto;
        }
        .split {
          display: block;
        }
        .box,
        .split:not(.chosen) > :last-child {
          display: flex;
          margin-bottom: 1rem;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => (this.now = Date.now()), TICK_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  override render() {
    const texts = staffTexts[this.locale].requests;
    const requests = this.requests.value?.items ?? [];
    const loans = this.loans.value?.items ?? [];
    return html`
      <section class="box stock">
        <div class="bar">
          <h2>${texts.stock}</h2>
          <input
            id="reference"
            autocomplete="off"
            maxlength="16"
            aria-label=${texts.reference}
            placeholder=${texts.reference}
            data-testid="loan-reference"
          />
        </div>
        <ul role="list">${(this.stock.value?.items ?? []).map((line) => html`<li>${this.renderStock(line)}</li>`)}</ul>
        <p class="told" role="status" data-testid="told">${this.told}</p>
        <p class="problem" role="alert">${this.problem}</p>
      </section>
      <div class="split">
        <section class="box">
          <div class="bar">
            <h2>${texts.list}</h2>
            <button
              type="button"
              aria-expanded=${String(this.entering)}
              data-testid="request-enter"
              @click=${() => (this.entering = !this.entering)}
            >
              ${texts.enter}
            </button>
          </div>
          ${this.entering ? this.renderForm() : nothing}
          <div class="scroll" tabindex="0" role="region" aria-label=${texts.list}>
            ${requests.length > 0
              ? html`<ul role="list">${requests.map((each) => this.renderRequest(each))}</ul>`
              : html`<p class="empty" role="status">${this.emptyText(this.requests, texts.empty)}</p>`}
          </div>
        </section>
        <section class="box">
          <div class="bar"><h2>${texts.loans}</h2></div>
          <div class="scroll" tabindex="0" role="region" aria-label=${texts.loans}>
            ${loans.length > 0
              ? html`<ul role="list">${loans.map((loan) => this.renderLoan(loan))}</ul>`
              : html`<p class="empty" role="status">${this.emptyText(this.loans, texts.noLoans)}</p>`}
          </div>
        </section>
      </div>
    `;
  }

  private renderStock(line: StockLine) {
    const texts = staffTexts[this.locale].requests;
    return html`
      <button
        type="button"
        ?disabled=${this.busy || line.owned === line.out}
        data-testid="stock-${line.item}"
        @click=${() => this.lend(line)}
      >
        <span class="picture">${thingIcon(line.picture)}</span>
        <span><span class="hidden">${texts.lend}</span> ${line.label[this.locale]}</span>
        <small>${texts.free(line.free, line.owned)}</small>
        ${line.promised > 0 ? html`<small>${texts.promised(line.promised)}</small>` : nothing}
      </button>
    `;
  }

  private renderRequest(each: StaffRequest) {
    const texts = staffTexts[this.locale].requests;
    const overdue = each.overdue || (each.state === "open" && this.now > Date.parse(each.due_at));
    return html`
      <li
        class=${each.urgent ? "urgent" : ""}
        data-testid="request"
        data-state=${each.state}
        @focusin=${() => (this.focused = each.id)}
        @focusout=${() => (this.focused = null)}
      >
        <div class="row">
          ${each.urgent ? html`<span class="tag alert">${texts.urgent}</span>` : nothing}
          <strong>${each.label[this.locale]}</strong>
          ${each.item ? html`<span class="tag">${each.item[this.locale]}</span>` : nothing}
          <span>${each.place[this.locale]}</span>
          ${overdue ? html`<span class="tag warn">${texts.overdue}</span>` : nothing}
        </div>
        ${each.words ? html`<p class="words">${maskedText(each.words, chatTexts[this.locale].hidden)}</p>` : nothing}
        <div class="row">
          <small>
            <time>${texts.waits(minutesAndSeconds(this.now - Date.parse(each.asked_at)))}</time>
            · ${texts.promise(clockTime(each.due_at, this.locale, this.zone))}
          </small>
          ${each.by ? html`<span class="tag good">${texts.taken(each.by)}</span>` : nothing}
          ${each.conversation ? html`<a href="#conversations/${each.conversation}">${texts.conversation}</a>` : nothing}
        </div>
        <div class="row">
          ${each.state === "open" ? this.renderDeed(each, "take", texts.take, "T") : nothing}
          ${this.renderDeed(each, "done", each.item ? texts.handOver : texts.done, "D")}
          ${this.renderDeed(each, "cancel", texts.cancel)}
        </div>
      </li>
    `;
  }

  private renderDeed(each: StaffRequest, deed: Deed, name: string, key?: string) {
    const meant = key !== undefined && this.meant(deed)?.id === each.id;
    return html`
      <button
        type="button"
        class=${deed === "take" ? "primary" : ""}
        ?disabled=${this.busy}
        aria-keyshortcuts=${meant ? key : nothing}
        data-testid="request-${deed}"
        @click=${() => this.act(each, deed)}
      >
        ${name}${meant ? html`<kbd aria-hidden="true">${key}</kbd>` : nothing}
      </button>
    `;
  }

  private renderForm() {
    const texts = staffTexts[this.locale].requests;
    const kinds = this.kinds.value?.items ?? [];
    const kind = kinds.find((each) => each.id === this.kindId);
    const things = kind?.lends ? (this.stock.value?.items ?? []) : [];
    return html`
      <form @submit=${this.enter} data-testid="request-form">
        <label>
          ${texts.kind}
          <select name="kind" required @change=${(event: Event) => (this.kindId = (event.target as HTMLSelectElement).value)}>
            <option value="">${texts.choose}</option>
            ${kinds.map((each) => html`<option value=${each.id}>${each.label[this.locale]}</option>`)}
          </select>
        </label>
        ${things.length > 0
          ? html`
              <label>
                ${texts.thing}
                <select name="item">
                  <option value="">${texts.anything}</option>
                  ${things.map((line) => html`<option value=${line.item}>${line.label[this.locale]}</option>`)}
                </select>
              </label>
            `
          : nothing}
        <label>
          ${texts.place}
          <select name="zone_id">
            ${(this.branch.value?.zones ?? []).map(
              (each) => html`<option value=${each.id} .selected=${each.id === kind?.zone_id}>${each.label[this.locale]}</option>`,
            )}
          </select>
        </label>
        <label>${texts.words}<input name="words" autocomplete="off" maxlength="500" /></label>
        <button type="submit" class="primary" ?disabled=${this.busy} data-testid="request-save">${texts.save}</button>
      </form>
    `;
  }

  private renderLoan(loan: StaffLoan) {
    const texts = staffTexts[this.locale].requests;
    const late = loan.overdue || this.now > Date.parse(loan.due_at);
    const doubted = this.doubtful === loan.id;
    return html`
      <li data-testid="loan">
        <div class="row">
          ${thingIcon(loan.picture)}
          <strong>${loan.label[this.locale]}</strong>
          ${loan.reference ? html`<span class="tag">${loan.reference}</span>` : nothing}
          ${late ? html`<span class="tag warn">${texts.late}</span>` : nothing}
        </div>
        <small>
          ${loan.lent_by} · ${texts.since(dayAndTime(loan.lent_at, this.locale, this.zone))} ·
          ${texts.due(dayAndTime(loan.due_at, this.locale, this.zone))}
        </small>
        <div class="row">
          <button type="button" ?disabled=${this.busy} data-testid="loan-return" @click=${() => this.close(loan, "return")}>
            ${texts.back}
          </button>
          <button
            type="button"
            class=${doubted ? "danger" : ""}
            ?disabled=${this.busy}
            data-testid="loan-lost"
            @click=${() => (doubted ? this.close(loan, "lost") : (this.doubtful = loan.id))}
            @blur=${() => (this.doubtful = null)}
          >
            ${doubted ? texts.surelyLost : texts.lost}
          </button>
        </div>
      </li>
    `;
  }

  private emptyText(list: Pick<Resource<unknown>, "error" | "value">, empty: string): string {
    if (list.error) return commonTexts[this.locale].unreachable;
    return list.value ? empty : commonTexts[this.locale].loading;
  }

  /** The request that a key for this deed means: the one with the focus, else the first that waits for the deed. */
  private meant(deed: Deed): StaffRequest | undefined {
    const requests = this.requests.value?.items ?? [];
    const focused = requests.find((each) => each.id === this.focused);
    if (focused) return deed === "take" && focused.state !== "open" ? undefined : focused;
    return requests.find((each) => each.state === (deed === "take" ? "open" : "taken"));
  }

  private pressed(letter: string): void {
    const deed = KEYS[letter];
    const each = deed && this.meant(deed);
    if (deed && each && !this.busy) void this.act(each, deed);
  }

  private act(each: StaffRequest, deed: Deed): Promise<boolean> {
    return this.change(`/requests/${each.id}/${deed}`);
  }

  private close(loan: StaffLoan, how: "return" | "lost"): Promise<boolean> {
    this.doubtful = null;
    return this.change(`/loans/${loan.id}/${how}`);
  }

  private async lend(line: StockLine): Promise<void> {
    const field = this.referenceField;
    if (await this.change("/loans", { item: line.item, reference: field.value.trim() || null })) {
      field.value = "";
      this.told = staffTexts[this.locale].requests.lent(line.label[this.locale]);
    }
  }

  private readonly enter = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const said = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value || null]));
    if (await this.change("/requests", said)) {
      this.entering = false;
      this.kindId = "";
      this.told = staffTexts[this.locale].requests.entered;
    }
  };

  /** Asks it of the server; says why where that refuses. Answers whether it was done. */
  private async change(path: string, body?: object): Promise<boolean> {
    this.busy = true;
    this.told = "";
    this.problem = "";
    try {
      await staffPost(path, body);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = this.inWords(error);
      return false;
    } finally {
      this.busy = false;
      this.reload();
    }
  }

  private inWords(error: ApiError): string {
    const texts = staffTexts[this.locale];
    if (error.code === "none_left") return texts.requests.noneLeft;
    if (error.status === 422) return texts.requests.wrong;
    return error.status === 409 ? texts.conflict : texts.failed;
  }

  private reload(): void {
    void this.requests.reload();
    void this.loans.reload();
    void this.stock.reload();
  }
}

/** 245000 → "4:05"; never below 0:00, though clocks differ. */
function minutesAndSeconds(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
