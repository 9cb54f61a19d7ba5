import { LitElement, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { ApiError } from "../api/http";
import { Resource } from "../api/resource";
import type { List, NextTicket, StaffTicket, StaffWindow } from "../api/types";
import { commonTexts } from "../i18n/common";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { clockTime } from "../parts/format";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { OnNews } from "./feed";
import { panelStyle } from "./panel-style";
import { staffGet, staffPost } from "./staff-api";

const WINDOW_KEY = "lobby.staff.window";
const UNFINISHED = new Set(["waiting", "called"]);

/** The line, and one's own window: call the next number, call again, done, no-show. */
@element("lobby-tickets")
export class TicketsPanel extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property() zone = "";
  @state() private windowId = localStorage.getItem(WINDOW_KEY) ?? "";
  @state() private all = false;
  @state() private busy = false;
  @state() private told = "";
  @state() private problem: "failed" | "conflict" | null = null;

  private readonly windows = new Resource<List<StaffWindow>>(this, () => staffGet("/windows"));
  private readonly tickets = new Resource<List<StaffTicket>>(this, () => staffGet("/tickets"));

  constructor() {
    super();
    new OnNews(this, ["ticket"], () => this.reload());
  }

  static override styles = [
    shared,
    panelStyle,
    css`
      .split {
        grid-template-columns: minmax(16rem, 20rem) minmax(0, 1fr);
      }
      .mine {
        align-self: start;
        padding: 1.2rem;
        overflow: visible;
      }
      label {
        font-weight: 600;
      }
      .number {
        margin: 0.1em 0;
        color: var(--lobby-accent);
        font-size: 3.4rem;
        font-weight: 700;
        line-height: 1.2;
        font-variant-numeric: tabular-nums;
      }
      .number.free {
        color: var(--lobby-quiet);
        font-size: 1.6rem;
        line-height: 2.55;
      }
      .quiet {
        margin: 0.8rem 0 0;
        color: var(--lobby-quiet);
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
      .check {
        display: flex;
        align-items: center;
        gap: 0.5em;
        font-weight: 400;
      }
      .check input {
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
          display: flex;
          margin-top: 1rem;
        }
      }
    `,
  ];

  override render() {
    const texts = staffTexts[this.locale].tickets;
    const windows = this.windows.value?.items ?? [];
    const window = windows.find((each) => each.id === this.windowId);
    const tickets = (this.tickets.value?.items ?? []).filter((ticket) => this.all || UNFINISHED.has(ticket.state));
    return html`
      <div class="split">
        <section class="box mine" aria-label=${texts.window}>
          <label for="window">${texts.window}</label>
          <select id="window" data-testid="window" @change=${this.chooseWindow}>
            <option value="" ?selected=${!window}>${texts.chooseWindow}</option>
            ${windows.map(
              (each) => html`<option value=${each.id} ?selected=${each.id === this.windowId}>${each.label[this.locale]}</option>`,
            )}
          </select>
          ${window ? this.renderWindow(window) : nothing}
          <p class="quiet" role="status" data-testid="told">${this.told}</p>
          <p class="problem" role="alert">${this.problem ? staffTexts[this.locale][this.problem] : nothing}</p>
        </section>
        <section class="box">
          <div class="bar">
            <h2>${texts.list}</h2>
            <label class="check">
              <input
                type="checkbox"
                .checked=${this.all}
                @change=${(event: Event) => (this.all = (event.target as HTMLInputElement).checked)}
              />
              ${texts.showAll}
            </label>
          </div>
          <div class="scroll wide" tabindex="0" role="region" aria-label=${texts.list}>
            ${tickets.length > 0 ? this.renderTable(tickets) : html`<p class="empty" role="status">${this.emptyText()}</p>`}
          </div>
        </section>
      </div>
    `;
  }

  private renderWindow(window: StaffWindow) {
    const texts = staffTexts[this.locale].tickets;
    const idle = this.busy || !window.current;
    return html`
      <p class="quiet">${texts.current}</p>
      <div class="number ${window.current ? "" : "free"}" data-testid="current-number">${window.current?.number ?? texts.free}</div>
      <div>${window.current?.service[this.locale] ?? nothing}</div>
      <div class="actions">
        <button type="button" class="primary" ?disabled=${this.busy} data-testid="call-next" @click=${this.callNext}>
          ${texts.next} (${window.waiting})
        </button>
        <button type="button" ?disabled=${idle} data-testid="recall" @click=${() => this.act("recall")}>${texts.recall}</button>
        <button type="button" ?disabled=${idle} data-testid="finish" @click=${() => this.act("done")}>${texts.done}</button>
        <button type="button" ?disabled=${idle} data-testid="no-show" @click=${() => this.act("no-show")}>${texts.noShow}</button>
      </div>
    `;
  }

  private renderTable(tickets: readonly StaffTicket[]) {
    const texts = staffTexts[this.locale].tickets;
    const { states } = texts;
    return html`
      <table data-testid="tickets">
        <thead>
          <tr>
            <th scope="col">${texts.number}</th>
            <th scope="col">${texts.service}</th>
            <th scope="col">${texts.state}</th>
            <th scope="col">${texts.ahead}</th>
            <th scope="col">${texts.wait}</th>
            <th scope="col">${texts.taken}</th>
          </tr>
        </thead>
        <tbody>
          ${tickets.map(
            (ticket) => html`
              <tr data-testid="ticket-row">
                <th scope="row">${ticket.number}</th>
                <td>${ticket.service[this.locale]}${ticket.amount ? html` · ¥${Number(ticket.amount).toLocaleString("en")}` : nothing}</td>
                <td>
                  <span class="tag ${ticket.state === "called" ? "good" : ""}">${states[ticket.state]}</span>
                  ${ticket.state === "called" ? ticket.window?.label[this.locale] : nothing}
                </td>
                <td>${ticket.state === "waiting" ? ticket.ahead : "–"}</td>
                <td>${ticket.state === "waiting" ? ticket.wait_minutes.join("–") : "–"}</td>
                <td>${clockTime(ticket.taken_at, this.locale, this.zone)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `;
  }

  private emptyText(): string {
    if (this.tickets.error) return commonTexts[this.locale].unreachable;
    return this.tickets.value ? staffTexts[this.locale].tickets.empty : commonTexts[this.locale].loading;
  }

  private chooseWindow(event: Event): void {
    this.windowId = (event.target as HTMLSelectElement).value;
    this.told = "";
    localStorage.setItem(WINDOW_KEY, this.windowId);
  }

  private async callNext(): Promise<void> {
    const texts = staffTexts[this.locale].tickets;
    const answer = await this.act<NextTicket>("next");
    if (answer) this.told = answer.ticket ? texts.calledNow(answer.ticket.number) : texts.nobody;
  }

  private async act<T>(what: "next" | "recall" | "done" | "no-show"): Promise<T | null> {
    this.busy = true;
    this.told = "";
    this.problem = null;
    try {
      return await staffPost<T>(`/windows/${encodeURIComponent(this.windowId)}/${what}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.status === 409 ? "conflict" : "failed";
      return null;
    } finally {
      this.busy = false;
      this.reload();
    }
  }

  private reload(): void {
    void this.windows.reload();
    void this.tickets.reload();
  }
}
