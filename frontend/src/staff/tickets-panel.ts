import { LitElement, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { Resource } from "../api/resource";
import type { List, StaffTicket } from "../api/types";
import { commonTexts } from "../i18n/common";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { clockTime, grouped } from "../parts/format";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import "./appointments-list";
import { OnNews } from "./feed";
import { panelStyle } from "./panel-style";
import "./printer-line";
import { staffGet } from "./staff-api";

const UNFINISHED = new Set(["waiting", "called", "serving", "parked"]);
const AT_WINDOW = new Set(["called", "serving"]);

/** Today's tickets in the order of the line; beside them who is expected, and the printer of the slips. */
@element("lobby-tickets")
export class TicketsPanel extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property() zone = "";
  @state() private all = false;

  private readonly tickets = new Resource<List<StaffTicket>>(this, () => staffGet("/tickets"));

  constructor() {
    super();
    new OnNews(this, ["ticket", "window"], this.tickets.reload);
  }

  static override styles = [
    shared,
    panelStyle,
    css`
      .day {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(15rem, 20rem);
        gap: 1rem;
        min-height: 0;
      }
      .beside {
        display: grid;
        grid-template-rows: auto minmax(0, 1fr);
        min-height: 0;
      }
      @media (max-width: 900px) {
        .day {
          display: block;
          overflow-y: auto;
        }
        .beside {
          display: block;
          margin-top: 1rem;
        }
      }
      .check {
        display: flex;
        align-items: center;
        gap: 0.5em;
      }
      .check input {
        width: 1.3em;
        min-height: 1.3em;
        height: 1.3em;
        accent-color: var(--lobby-accent);
      }
      small {
        color: var(--lobby-quiet);
      }
    `,
  ];

  override render() {
    const texts = staffTexts[this.locale].tickets;
    const tickets = (this.tickets.value?.items ?? []).filter((ticket) => this.all || UNFINISHED.has(ticket.state));
    return html`
      <div class="day">
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
        <div class="beside">
          <lobby-printer .locale=${this.locale} .zone=${this.zone}></lobby-printer>
          <lobby-appointments .locale=${this.locale} .zone=${this.zone}></lobby-appointments>
        </div>
      </div>
    `;
  }

  private renderTable(tickets: readonly StaffTicket[]) {
    const texts = staffTexts[this.locale].tickets;
    return html`
      <table data-testid="tickets">
        <thead>
          <tr>
            <th scope="col">${texts.number}</th>
            <th scope="col">${texts.service}</th>
            <th scope="col">${texts.class}</th>
            <th scope="col">${texts.state}</th>
            <th scope="col">${texts.ahead}</th>
            <th scope="col">${texts.wait}</th>
            <th scope="col">${texts.taken}</th>
          </tr>
        </thead>
        <tbody>
          ${tickets.map((ticket) => this.renderRow(ticket))}
        </tbody>
      </table>
    `;
  }

  private renderRow(ticket: StaffTicket) {
    const texts = staffTexts[this.locale].tickets;
    const waiting = ticket.state === "waiting";
    return html`
      <tr data-testid="ticket-row">
        <th scope="row">${ticket.number}</th>
        <td>${ticket.service[this.locale]}${ticket.amount ? html` · ¥${grouped(ticket.amount)}` : nothing}</td>
        <td>${ticket.customer_class.label[this.locale]}</td>
        <td>
          <span class="tag ${AT_WINDOW.has(ticket.state) ? "good" : ""}">${texts.states[ticket.state]}</span>
          ${AT_WINDOW.has(ticket.state) ? ticket.window?.label[this.locale] : nothing}
          ${waiting && ticket.held_until
            ? html`<small>${texts.heldUntil(clockTime(ticket.held_until, this.locale, this.zone))}</small>`
            : nothing}
        </td>
        <td>${waiting ? ticket.ahead : "–"}</td>
        <td>${waiting ? ticket.wait_minutes.join("–") : "–"}</td>
        <td>${clockTime(ticket.taken_at, this.locale, this.zone)}</td>
      </tr>
    `;
  }

  private emptyText(): string {
    if (this.tickets.error) return commonTexts[this.locale].unreachable;
    return this.tickets.value ? staffTexts[this.locale].tickets.empty : commonTexts[this.locale].loading;
  }
}
