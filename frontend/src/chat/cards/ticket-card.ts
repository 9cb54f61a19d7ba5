import { LitElement, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { chatTexts } from "../../i18n/chat";
import { element } from "../../parts/element";
import type { Locale, TicketCard } from "../../protocol/frames";
import { shared } from "../../style/shared";
import { cardStyle } from "./card";
import { scan } from "./scan";
import "./slip";

const OPEN = new Set(["waiting", "called", "serving", "parked"]);
const PRINTED = new Set(["waiting", "called"]);

@element("lobby-ticket-card")
export class TicketCardElement extends LitElement {
  @property({ attribute: false }) card!: TicketCard;
  @property() locale: Locale = "zh-Hans";
  @property() base = "";
  @property({ type: Boolean }) kiosk = false;
  /** The kiosk's conversation, which may print the number; null elsewhere. */
  @property() session: string | null = null;

  static override styles = [
    shared,
    cardStyle,
    css`
      .card {
        border-top: 0.4em solid var(--lobby-accent);
      }
      .top {
        display: flex;
        align-items: baseline;
        justify-content: space-between;
        gap: 1em;
        flex-wrap: wrap;
      }
      .state {
        padding: 0.15em 0.75em;
        border-radius: 1em;
        background: var(--lobby-accent-soft);
        color: var(--lobby-accent-strong);
        font-size: 0.875em;
        font-weight: 600;
      }
      .number {
        margin: 0.05em 0 0;
        color: var(--lobby-accent);
        font-size: 3.4em;
        font-weight: 700;
        line-height: 1.15;
        letter-spacing: 0.02em;
        font-variant-numeric: tabular-nums;
      }
      .called .card {
        background: var(--lobby-accent-soft);
      }
    `,
  ];

  override render() {
    const texts = chatTexts[this.locale].ticket;
    const { number, service, zone, windows, ahead, wait_minutes, code, state = "waiting" } = this.card;
    const waiting = state === "waiting";
    const over = !OPEN.has(state);
    return html`
      <section class="card" lang=${this.locale} aria-label="${texts.title} ${number}" data-testid="card-ticket">
        <div class="top">
          <span>${service}</span>
          <span class="state">${texts.state[state as keyof typeof texts.state] ?? state}</span>
        </div>
        <p class="number" data-testid="ticket-number">${number}</p>
        <dl>
          ${waiting
            ? html`
                <dt>${texts.ahead}</dt>
                <dd>${texts.people(ahead)}</dd>
                <dt>${texts.wait}</dt>
                <dd>${texts.minutes(wait_minutes[0], wait_minutes[1])}</dd>
              `
            : nothing}
          ${over
            ? nothing
            : html`
                <dt>${texts.windows}</dt>
                <dd>${windows.join(this.locale === "en" ? ", " : "、")}</dd>
                <dt>${texts.zone}</dt>
                <dd>${zone}</dd>
              `}
        </dl>
        ${over
          ? nothing
          : scan({ base: this.base, path: `/t/${code}`, hint: texts.scan, open: texts.open, kiosk: this.kiosk })}
        ${this.kiosk && this.session && PRINTED.has(state)
          ? html`<lobby-slip .code=${code} .session=${this.session} .locale=${this.locale}></lobby-slip>`
          : nothing}
      </section>
    `;
  }
}
