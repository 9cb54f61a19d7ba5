import { LitElement, css, html, nothing } from "lit";
import { query, state } from "lit/decorators.js";
import { ApiError, post, request } from "../api/http";
import { Resource } from "../api/resource";
import type { Branch, Ticket } from "../api/types";
import { chatTexts } from "../i18n/chat";
import { commonTexts } from "../i18n/common";
import { ticketTexts } from "../i18n/ticket";
import { element } from "../parts/element";
import { followStyle } from "../parts/follow-style";
import "../parts/languages";
import { Live } from "../parts/live";
import { PageLocale } from "../parts/page-locale";
import { shared } from "../style/shared";

const OPEN = new Set(["waiting", "called"]);

/** A customer's own queue ticket, at /t/<code>. */
@element("lobby-ticket-page")
export class TicketPage extends LitElement {
  @state() private busy = false;
  @state() private told: "lateDone" | "cancelDone" | "notAllowed" | null = null;
  @query("dialog") private dialog!: HTMLDialogElement;

  private readonly code = encodeURIComponent(location.pathname.split("/").at(-1) ?? "");
  private readonly locale = new PageLocale(this, (locale) => ticketTexts[locale].title);
  private readonly ticket = new Resource<Ticket>(this, () => request(`/api/tickets/${this.code}`), noteCall);
  private readonly branch = new Resource<Branch>(this, () => request("/api/branch"));
  private readonly live = new Live(this, `/api/tickets/${this.code}/events`, this.ticket.reload);

  static override styles = [
    shared,
    followStyle,
    css`
      .number {
        margin: 0.1em 0 0;
        color: var(--lobby-accent);
        font-size: clamp(4rem, 22vw, 6rem);
        font-weight: 700;
        line-height: 1.1;
        font-variant-numeric: tabular-nums;
        letter-spacing: 0.02em;
      }
      .headline {
        margin: 0.3em 0 0;
        font-size: 1.25rem;
        font-weight: 600;
      }
      .panel.called {
        border-color: var(--lobby-accent);
        background: var(--lobby-accent);
        color: var(--lobby-on-accent);
      }
      .called :is(.number, h1, dt) {
        color: inherit;
      }
      .called .headline {
        font-size: 1.6rem;
      }
      .over .number {
        color: var(--lobby-quiet);
      }
      .map {
        margin-top: 1rem;
      }
      .plan {
        display: block;
        width: 100%;
        height: auto;
        border-radius: 12px;
        background: #fff;
      }
      h2 {
        margin: 0 0 0.8rem;
        font-size: 1rem;
      }
      .actions {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 0.8rem;
        margin-top: 1rem;
      }
      dialog {
        max-width: 22rem;
        padding: 1.5rem;
        border: 0;
        border-radius: 20px;
        background: var(--lobby-surface);
        color: var(--lobby-ink);
      }
      dialog::backdrop {
        background: rgb(10 20 18 / 55%);
      }
      dialog p {
        margin: 0 0 1.2em;
      }
    `,
  ];

  override render() {
    const locale = this.locale.current;
    const texts = ticketTexts[locale];
    const common = commonTexts[locale];
    const ticket = this.ticket.value;
    const gone = this.ticket.error?.status === 404;
    return html`
      <header @locale-chosen=${this.locale.chosen}>
        <span class="branch">${this.branch.value?.name[locale] ?? ""}</span>
        <lobby-languages .locale=${locale}></lobby-languages>
      </header>
      <main>
        <div class="banner" role="status">${!gone && !this.live.live ? common.offline : nothing}</div>
        ${gone
          ? html`
              <div class="panel missing" data-testid="not-found">
                <h1>${texts.missing}</h1>
                <p class="quiet">${texts.missingHint}</p>
              </div>
            `
          : ticket
            ? this.renderTicket(ticket)
            : html`<p role="status">${this.ticket.error ? common.unreachable : common.loading}</p>`}
      </main>
    `;
  }

  private renderTicket(ticket: Ticket) {
    const locale = this.locale.current;
    const texts = ticketTexts[locale];
    const open = OPEN.has(ticket.state);
    const waiting = ticket.state === "waiting";
    const windows = ticket.windows.map((window) => window.label[locale]).join(locale === "en" ? ", " : "、");
    return html`
      <section class="panel ${ticket.state} ${open ? "" : "over"}" data-testid="ticket" data-state=${ticket.state}>
        <h1>${texts.yourNumber}</h1>
        <p class="number" data-testid="ticket-number">${ticket.number}</p>
        <div class="headline" role="status" data-testid="ticket-headline">${this.headline(ticket)}</div>
        <dl>
          ${waiting
            ? html`
                <dt>${texts.ahead}</dt>
                <dd data-testid="ticket-ahead">${texts.people(ticket.ahead)}</dd>
                <dt>${texts.wait}</dt>
                <dd data-testid="ticket-wait">${chatTexts[locale].ticket.minutes(...ticket.wait_minutes)}</dd>
                <dt>${texts.windows}</dt>
                <dd>${windows}</dd>
              `
            : nothing}
          ${open
            ? html`
                <dt>${texts.zone}</dt>
                <dd>${ticket.zone[locale]}</dd>
              `
            : nothing}
        </dl>
      </section>
      <div role="status" class="quiet" data-testid="told">${this.told ? texts[this.told] : ""}</div>
      ${waiting
        ? html`
            <div class="actions">
              <button type="button" ?disabled=${this.busy} data-testid="late" @click=${() => this.change("delay", "lateDone")}>
                ${texts.late}
              </button>
              <button
                type="button"
                class="danger"
                ?disabled=${this.busy}
                data-testid="cancel"
                @click=${() => this.dialog.showModal()}
              >
                ${texts.cancel}
              </button>
            </div>
            <p class="quiet">${texts.keepOpen}</p>
          `
        : nothing}
      ${open
        ? html`
            <section class="panel map">
              <h2>${texts.plan}</h2>
              <img
                class="plan"
                src="/api/branch/plan.svg?zone=${encodeURIComponent(ticket.zone_id)}&locale=${locale}"
                alt=${chatTexts[locale].place.planOf(ticket.zone[locale])}
              />
            </section>
          `
        : nothing}
      <dialog aria-labelledby="ask">
        <p id="ask">${texts.cancelAsk}</p>
        <div class="actions">
          <button type="button" @click=${() => this.dialog.close()}>${texts.cancelNo}</button>
          <button type="button" class="danger" data-testid="cancel-yes" @click=${this.cancel}>${texts.cancelYes}</button>
        </div>
      </dialog>
    `;
  }

  private headline(ticket: Ticket): string {
    const { headline } = ticketTexts[this.locale.current];
    if (ticket.state === "called") return headline.called(ticket.window?.label[this.locale.current] ?? "");
    if (ticket.state === "waiting") return ticket.ahead === 0 ? headline.next : headline.waiting;
    return headline[ticket.state];
  }

  private cancel(): void {
    this.dialog.close();
    void this.change("cancel", "cancelDone");
  }

  private async change(what: "delay" | "cancel", told: "lateDone" | "cancelDone"): Promise<void> {
    this.busy = true;
    try {
      this.ticket.set(await post<Ticket>(`/api/tickets/${this.code}/${what}`));
      this.told = told;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.told = "notAllowed";
      await this.ticket.reload();
    }
    this.busy = false;
  }
}

/** A phone in a pocket: shake it when the number is called. */
function noteCall(ticket: Ticket, before: Ticket | null): void {
  if (before && before.state !== "called" && ticket.state === "called") navigator.vibrate?.([300, 150, 300]);
}
