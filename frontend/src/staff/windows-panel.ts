import { LitElement, css, html, nothing } from "lit";
import { property, query, state } from "lit/decorators.js";
import { ApiError } from "../api/http";
import { Resource } from "../api/resource";
import type { List, NextTicket, StaffTicket, StaffWindow } from "../api/types";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { grouped } from "../parts/format";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { OnNews } from "./feed";
import { panelStyle } from "./panel-style";
import "./estimates-line";
import "./queues-table";
import { Shortcuts } from "./shortcuts";
import { staffGet, staffPost } from "./staff-api";
import "./transfer-dialog";
import type { Destination, TransferDialog } from "./transfer-dialog";
import { type Switch, isOn, keepMyWindow, myWindow, turn } from "./workplace";

const TICK_MS = 15_000;
const STATES = ["open", "paused", "closed"] as const;

/** What a window does with a ticket; as they are asked of the server, too. */
type Deed = "next" | "recall" | "start" | "done" | "no-show" | "park" | "transfer" | "call";

interface DeedButton {
  deed: Deed;
  text: "recall" | "start" | "done" | "noShow" | "park" | "transfer";
  key: string;
  /** Only while the customer has not come yet. */
  calledOnly: boolean;
}

/** In the order of the screen. */
const BUTTONS: readonly DeedButton[] = [
  { deed: "recall", text: "recall", key: "R", calledOnly: true },
  { deed: "start", text: "start", key: "S", calledOnly: true },
  { deed: "done", text: "done", key: "D", calledOnly: false },
  { deed: "no-show", text: "noShow", key: "X", calledOnly: true },
  { deed: "park", text: "park", key: "P", calledOnly: false },
  { deed: "transfer", text: "transfer", key: "T", calledOnly: false },
];

/** One's own window: whom it serves, all it can do with a ticket by button or key, and the lines beside it. */
@element("lobby-windows")
export class WindowsPanel extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @state() private windowId = myWindow();
  @state() private busy = false;
  @state() private told = "";
  @state() private problem = "";
  @state() private now = Date.now();
  /** The number that the last deed sent away by mistake, perhaps. */
  @state() private undoable: string | null = null;
  @query("#number") private numberField!: HTMLInputElement | null;
  @query(".mine") private mine!: HTMLElement;
  @query("lobby-transfer") private transferDialog!: TransferDialog;

  private readonly windows = new Resource<List<StaffWindow>>(
    this,
    () => staffGet("/windows"),
    () => (this.now = Date.now()),
  );
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    super();
    new OnNews(this, ["ticket", "window"], this.windows.reload);
    new Shortcuts(this, (letter) => this.pressed(letter));
  }

  static override styles = [
    shared,
    panelStyle,
    css`
      .split {
        grid-template-columns: minmax(20rem, 30rem) minmax(0, 1fr);
      }
      .mine {
        display: block;
        align-self: start;
        max-height: 100%;
        padding: 1rem 1.2rem;
        overflow-y: auto;
      }
      label,
      h2 {
        margin: 0;
        font-size: 1rem;
        font-weight: 600;
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem;
        margin-top: 0.8rem;
      }
      .row button {
        padding-inline: 0.9em;
      }
      .place {
        display: grid;
        grid-template-columns: minmax(7rem, 1fr) auto;
        gap: 0.5rem;
        margin-top: 0.3rem;
      }
      .place .row {
        flex-wrap: nowrap;
        margin: 0;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 1.2rem;
      }
      button[aria-pressed="true"] {
        border-color: var(--lobby-accent);
        background: var(--lobby-accent-soft);
        font-weight: 600;
      }
      .number {
        color: var(--lobby-accent);
        font-size: 4rem;
        font-weight: 700;
        line-height: 1.2;
        font-variant-numeric: tabular-nums;
      }
      .number.free {
        color: var(--lobby-quiet);
        font-size: 1.6rem;
        line-height: 3;
      }
      .ticket {
        min-height: 14rem;
        margin-top: 0.8rem;
        padding-top: 0.6rem;
        border-top: 1px solid var(--lobby-line);
      }
      .ticket dl {
        padding: 0.4rem 0 0;
        gap: 0.2rem 1rem;
      }
      .service {
        font-size: 1.2rem;
        font-weight: 600;
      }
      .actions {
        display: grid;
        grid-template-columns: repeat(3, 1fr);
        gap: 0.5rem;
        margin-top: 1rem;
      }
      .actions button {
        padding-inline: 0.3em;
      }
      .actions .primary {
        grid-column: 1 / -1;
        min-height: 3.4em;
        font-size: 1.1rem;
      }
      kbd {
        margin-inline-start: 0.3em;
        padding: 0 0.4em;
        border: 1px solid currentcolor;
        border-radius: 0.3em;
        font: inherit;
        font-size: 0.8em;
      }
      .told {
        min-height: 3.2em;
      }
      form {
        display: flex;
        align-items: end;
        gap: 0.5rem;
        margin-top: 1rem;
      }
      form div {
        flex: 1;
      }
      input#number {
        text-transform: uppercase;
      }
      .mine:focus {
        outline: none;
      }
      .parked {
        margin-top: 1rem;
      }
      .parked .empty {
        padding: 0;
        text-align: start;
      }
      .switch {
        display: flex;
        align-items: center;
        gap: 0.5em;
        font-weight: 400;
      }
      .switch input {
        width: 1.3em;
        min-height: 1.3em;
        height: 1.3em;
        accent-color: var(--lobby-accent);
      }
      @media (max-width: 760px) {
        .split {
          display: block;
          overflow-y: auto;
        }
        .split:not(.chosen) > :last-child {
          display: grid;
          margin-top: 1rem;
        }
        .mine {
          max-height: none;
        }
        /* Room for the window's own part before it arrives, so that nothing moves. */
        .mine.kept {
          min-height: 54rem;
        }
        .place {
          grid-template-columns: minmax(0, 1fr);
        }
        .actions {
          grid-template-columns: repeat(2, 1fr);
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
    const texts = staffTexts[this.locale].windows;
    const window = this.window;
    return html`
      <div class="split">
        <section class="box mine ${this.windowId ? "kept" : ""}" tabindex="-1" aria-label=${texts.window}>
          <label for="window">${texts.window}</label>
          <div class="place">
            <select id="window" data-testid="window" @change=${this.chooseWindow}>
              <option value="" ?selected=${!window}>${texts.chooseWindow}</option>
              ${this.all.map(
                ({ id, label }) =>
                  html`<option value=${id} ?selected=${id === this.windowId}>${label[this.locale]}</option>`,
              )}
            </select>
            ${window ? this.renderStates(window) : nothing}
          </div>
          ${window ? this.renderWindow(window) : nothing}
        </section>
        <div>
          <lobby-queues .locale=${this.locale}></lobby-queues>
          <lobby-estimates .locale=${this.locale}></lobby-estimates>
        </div>
      </div>
      <lobby-transfer
        .locale=${this.locale}
        .windows=${this.all}
        .from=${this.windowId}
        @transfer=${(event: CustomEvent<Destination>) => this.act("transfer", event.detail)}
      ></lobby-transfer>
    `;
  }

  private renderStates(window: StaffWindow) {
    const texts = staffTexts[this.locale].windows;
    return html`
      <div class="row" role="group" aria-label=${texts.state}>
        ${STATES.map(
          (each) => html`
            <button
              type="button"
              aria-pressed=${String(window.state === each)}
              ?disabled=${this.busy}
              data-testid="state-${each}"
              @click=${() => this.setState(each)}
            >
              ${texts.setState[each]}
            </button>
          `,
        )}
      </div>
    `;
  }

  private renderWindow(window: StaffWindow) {
    const texts = staffTexts[this.locale].windows;
    const { current } = window;
    return html`
      <div class="ticket">
        <h2>${texts.current}</h2>
        <div class="head">
          <div class="number ${current ? "" : "free"}" data-testid="current-number">
            ${current?.number ?? texts.free}
          </div>
          ${current
            ? html`
                <div>
                  <div class="service">${current.service[this.locale]}</div>
                  <span class="tag good">${current.state === "serving" ? texts.atWindow : texts.calledOnly}</span>
                </div>
              `
            : nothing}
        </div>
        ${current ? this.renderTicket(current) : nothing}
      </div>
      ${this.renderActions(window)}
      <div class="row told">
        <span role="status" data-testid="told">${this.told}</span>
        ${this.undoable
          ? html`
              <button type="button" aria-keyshortcuts="U" ?disabled=${this.busy} data-testid="undo" @click=${this.undo}>
                ${texts.undo}${key("U")}
              </button>
            `
          : nothing}
      </div>
      <p class="problem" role="alert" data-testid="problem">${this.problem || nothing}</p>
      ${this.renderCertain(window)} ${this.renderSwitches()}
    `;
  }

  private renderTicket(ticket: StaffTicket) {
    const texts = staffTexts[this.locale].windows;
    const comma = this.locale === "en" ? ", " : "、";
    const missing = ticket.missing.map((paper) => paper[this.locale]).join(comma);
    const since = ticket.called_at ? Math.max(0, Math.floor((this.now - Date.parse(ticket.called_at)) / 60_000)) : 0;
    return html`
      <dl>
        ${ticket.amount ? html`<dt>${texts.amount}</dt><dd>¥${grouped(ticket.amount)}</dd>` : nothing}
        <dt>${texts.class}</dt>
        <dd>${ticket.customer_class.label[this.locale]}</dd>
        <dt>${texts.calls}</dt>
        <dd>${texts.times(ticket.calls)} · ${texts.since(since)}</dd>
        ${ticket.papers
          ? html`
              <dt>${texts.papers}</dt>
              <dd data-testid="papers">${ticket.papers === "complete" ? texts.complete : texts.missing(missing)}</dd>
            `
          : nothing}
        ${ticket.further.length > 0
          ? html`<dt>${texts.further}</dt><dd>${ticket.further.map(({ label }) => label[this.locale]).join(comma)}</dd>`
          : nothing}
      </dl>
    `;
  }

  private renderActions(window: StaffWindow) {
    const texts = staffTexts[this.locale].windows;
    return html`
      <div class="actions">
        <button
          type="button"
          class="primary"
          aria-keyshortcuts="N"
          ?disabled=${!this.can("next", window)}
          data-testid="call-next"
          @click=${() => this.act("next")}
        >
          ${texts.next(window.waiting)}${key("N")}
        </button>
        ${BUTTONS.map(
          (button) => html`
            <button
              type="button"
              aria-keyshortcuts=${button.key}
              ?disabled=${!this.can(button.deed, window)}
              data-testid=${button.deed === "done" ? "finish" : button.deed}
              @click=${() => this.begin(button.deed, window)}
            >
              ${texts[button.text]}${key(button.key)}
            </button>
          `,
        )}
      </div>
    `;
  }

  /** Somebody out of turn: by number, or one who was set aside. */
  private renderCertain(window: StaffWindow) {
    const texts = staffTexts[this.locale].windows;
    const open = this.can("call", window);
    return html`
      <form @submit=${this.callNumber}>
        <div>
          <label for="number">${texts.callOne}${key("C")}</label>
          <input
            id="number"
            autocomplete="off"
            maxlength="12"
            placeholder=${texts.number}
            aria-keyshortcuts="C"
            data-testid="call-number"
          />
        </div>
        <button ?disabled=${!open} data-testid="call-one">${texts.call}</button>
      </form>
      <div class="parked">
        <h2>${texts.parked}</h2>
        ${window.parked.length === 0
          ? html`<p class="empty">${texts.parkedNone}</p>`
          : html`
              <ul role="list">
                ${window.parked.map(
                  (ticket) => html`
                    <li class="row" data-testid="parked">
                      <strong>${ticket.number}</strong>
                      <span>${ticket.service[this.locale]}</span>
                      <button
                        type="button"
                        aria-label="${texts.call} ${ticket.number}"
                        ?disabled=${!open}
                        @click=${() => this.act("call", { number: ticket.number })}
                      >
                        ${texts.call}
                      </button>
                    </li>
                  `,
                )}
              </ul>
            `}
      </div>
    `;
  }

  private renderSwitches() {
    const texts = staffTexts[this.locale].windows;
    const names: Switch[] = ["shortcuts", "sound"];
    return html`
      <div class="row">
        ${names.map(
          (name) => html`
            <label class="switch">
              <input
                type="checkbox"
                .checked=${isOn(name)}
                data-testid="switch-${name}"
                @change=${(event: Event) => turn(name, (event.target as HTMLInputElement).checked)}
              />
              ${texts[name]}
            </label>
          `,
        )}
      </div>
    `;
  }

  private get all(): readonly StaffWindow[] {
    return this.windows.value?.items ?? [];
  }

  private get window(): StaffWindow | undefined {
    return this.all.find((each) => each.id === this.windowId);
  }

  private can(deed: Deed, window: StaffWindow): boolean {
    if (this.busy) return false;
    if (deed === "next" || deed === "call") return window.state === "open";
    const button = BUTTONS.find((each) => each.deed === deed);
    return window.current !== null && (window.current.state === "called" || !button?.calledOnly);
  }

  private pressed(letter: string): void {
    const window = this.window;
    if (!window) return;
    if (letter === "C") {
      this.numberField?.select();
      return;
    }
    if (letter === "U") {
      if (this.undoable && !this.busy) void this.undo();
      return;
    }
    const deed = letter === "N" ? "next" : BUTTONS.find((button) => button.key === letter)?.deed;
    if (deed && this.can(deed, window)) this.begin(deed, window);
  }

  private begin(deed: Deed, window: StaffWindow): void {
    if (deed === "transfer" && window.current) void this.transferDialog.open(window.current);
    else void this.act(deed);
  }

  private readonly callNumber = async (event: Event): Promise<void> => {
    event.preventDefault();
    const field = this.numberField;
    const number = field?.value.trim().toUpperCase() ?? "";
    if (!field || !number) return;
    if (!(await this.act("call", { number }))) return;
    field.value = "";
    // Out of the field, so that letters are shortcuts again, and back to the number that was called.
    this.mine.focus();
    this.mine.scrollTop = 0;
  };

  /** A number sent away by mistake is called again. */
  private readonly undo = (): Promise<boolean> => this.act("call", { number: this.undoable });

  private async act(deed: Deed, body?: object): Promise<boolean> {
    const texts = staffTexts[this.locale].windows;
    return this.change(`/${deed}`, body, deed, (answer: StaffTicket | NextTicket) => {
      const ticket = "ticket" in answer ? answer.ticket : answer;
      this.told = ticket ? texts.told[deed](ticket.number) : texts.nobody;
      this.undoable = ticket && (deed === "no-show" || deed === "park") ? ticket.number : null;
    });
  }

  private setState(state: StaffWindow["state"]): Promise<boolean> {
    return this.change("/state", { state }, "state", () => {});
  }

  /** Asks it of the server; says why where that refuses. Answers whether it was done. */
  private async change<T>(
    path: string,
    body: object | undefined,
    refused: Deed | "state",
    done: (answer: T) => void,
  ): Promise<boolean> {
    this.busy = true;
    this.told = "";
    this.problem = "";
    this.undoable = null;
    try {
      done(await staffPost<T>(`/windows/${encodeURIComponent(this.windowId)}${path}`, body));
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = this.inWords(error, refused);
      return false;
    } finally {
      this.busy = false;
      void this.windows.reload();
    }
  }

  private inWords(error: ApiError, refused: Deed | "state"): string {
    const texts = staffTexts[this.locale];
    if (error.status === 409) return texts.windows.refused[refused];
    return error.status === 404 && refused === "call" ? texts.windows.unknown : texts.failed;
  }

  private chooseWindow(event: Event): void {
    this.windowId = (event.target as HTMLSelectElement).value;
    this.told = this.problem = "";
    this.undoable = null;
    keepMyWindow(this.windowId);
  }
}

function key(letter: string) {
  return html`<kbd aria-hidden="true">${letter}</kbd>`;
}
