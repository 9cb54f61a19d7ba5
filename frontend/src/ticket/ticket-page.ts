import { LitElement, css, html, nothing } from "lit";
import { query, state } from "lit/decorators.js";
import { ApiError, post, request } from "../api/http";
import { Resource } from "../api/resource";
import type { Branch, Ticket, Way } from "../api/types";
import { chatTexts } from "../i18n/chat";
import { commonTexts } from "../i18n/common";
import { ticketTexts } from "../i18n/ticket";
import { element } from "../parts/element";
import { followStyle } from "../parts/follow-style";
import { FALLBACK_ZONE } from "../parts/format";
import "../parts/languages";
import { Live } from "../parts/live";
import { PageLocale } from "../parts/page-locale";
import { chime, onFirstTouch } from "../parts/sound";
import "../parts/way";
import { shared } from "../style/shared";
import { type Wish, headline, isNewCall, isOpen, todo, wishes } from "./ticket-words";

const TICK_MS = 15_000;

/** A customer's own queue ticket, at /t/<code>. */
@element("lobby-ticket-page")
export class TicketPage extends LitElement {
  @state() private busy = false;
  @state() private told: Wish | "refused" | "failed" | null = null;
  @state() private now = new Date();
  @state() private stepFree = false;
  /** Browsers ring and shake only after the page was touched. */
  @state() private rings = false;
  @query("dialog") private dialog!: HTMLDialogElement;

  private readonly code = encodeURIComponent(location.pathname.split("/").at(-1) ?? "");
  private readonly locale = new PageLocale(this, (locale) => ticketTexts[locale].title);
  private readonly ticket = new Resource<Ticket>(
    this,
    () => request(`/api/tickets/${this.code}`),
    (value, before) => this.arrived(value, before),
  );
  private readonly branch = new Resource<Branch>(this, () => request("/api/branch"));
  private readonly live = new Live(this, `/api/tickets/${this.code}/events`, this.ticket.reload);
  /** To the zone, as `wayOf` asked for it; null where none is known, undefined before the first answer. */
  @state() private way: Way | null | undefined;
  private wayOf = "";
  private clock: ReturnType<typeof setInterval> | undefined;
  private stopWaiting: (() => void) | undefined;

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
        margin: 0.2em 0 0;
        font-size: clamp(1.4rem, 7vw, 1.9rem);
        font-weight: 700;
        line-height: 1.3;
        overflow-wrap: anywhere;
      }
      .todo {
        margin: 0.5em 0 0;
      }
      .panel.called {
        border-color: var(--lobby-accent);
        background: var(--lobby-accent);
        color: var(--lobby-on-accent);
      }
      .called :is(.number, h1, dt, dd small) {
        color: inherit;
      }
      .called :focus-visible {
        outline-color: currentcolor;
      }
      .over .number {
        color: var(--lobby-quiet);
      }
      .map {
        margin-top: 1rem;
      }
      h2 {
        margin: 0 0 0.8rem;
        font-size: 1rem;
      }
      .actions {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr));
        gap: 0.8rem;
        margin-top: 1rem;
      }
      fieldset {
        grid-column: 1 / -1;
        display: flex;
        flex-wrap: wrap;
        gap: 0.6rem;
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        margin-bottom: 0.4rem;
        padding: 0;
        font-weight: 600;
      }
      fieldset button {
        flex: 1;
        white-space: nowrap;
      }
      .told {
        min-height: 1.6em;
        margin-top: 0.6rem;
        font-weight: 600;
      }
      @media (max-width: 360px) {
        .panel {
          padding: 1rem;
        }
        dl {
          column-gap: 0.8em;
        }
      }
      dd small {
        display: block;
        color: var(--lobby-quiet);
        font-weight: 400;
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

  override connectedCallback(): void {
    super.connectedCallback();
    this.clock = setInterval(() => (this.now = new Date()), TICK_MS);
    this.stopWaiting = onFirstTouch(() => (this.rings = true));
    document.addEventListener("visibilitychange", this.seenAgain);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.clock);
    this.stopWaiting?.();
    document.removeEventListener("visibilitychange", this.seenAgain);
  }

  override updated(): void {
    const ticket = this.ticket.value;
    if (!ticket) return;
    document.title = ticketTexts[this.locale.current].titleOf(ticket.number, headline(ticket, this.reading));
    if (isOpen(ticket)) void this.findWay(ticket);
  }

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
        <div class="banner" role="status" data-testid="offline">${gone || this.live.live ? nothing : common.offline}</div>
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
    const texts = ticketTexts[this.locale.current];
    const open = isOpen(ticket);
    return html`
      <section class="panel ${ticket.state} ${open ? "" : "over"}" data-testid="ticket" data-state=${ticket.state}>
        <h1>${texts.yourNumber}</h1>
        <p class="number" data-testid="ticket-number">${ticket.number}</p>
        <div role="status">
          <p class="headline" data-testid="ticket-headline">${headline(ticket, this.reading)}</p>
          <p class="todo" data-testid="ticket-todo">${todo(ticket, this.reading)}</p>
        </div>
        ${open ? this.renderFacts(ticket) : nothing}
      </section>
      <div role="status" class="told" data-testid="told">${this.told && texts.told[this.told]}</div>
      ${this.renderWishes(ticket)}
      ${ticket.state === "waiting" ? html`<p class="quiet">${this.rings ? texts.sound : texts.soundOff}</p>` : nothing}
      ${open ? this.renderWay(ticket) : nothing}
      <dialog aria-labelledby="ask">
        <p id="ask">${texts.cancelAsk}</p>
        <div class="actions">
          <button type="button" @click=${() => this.dialog.close()}>${texts.cancelNo}</button>
          <button type="button" class="danger" data-testid="cancel-yes" @click=${this.cancel}>
            ${texts.cancelYes}
          </button>
        </div>
      </dialog>
    `;
  }

  private renderFacts(ticket: Ticket) {
    const locale = this.locale.current;
    const texts = ticketTexts[locale];
    const comma = locale === "en" ? ", " : "、";
    return html`
      <dl>
        ${ticket.state === "waiting"
          ? html`
              <dt>${texts.ahead}</dt>
              <dd data-testid="ticket-ahead">${texts.people(ticket.ahead)}</dd>
              ${ticket.open_windows > 0
                ? html`
                    <dt>${texts.wait}</dt>
                    <dd data-testid="ticket-wait">
                      ${chatTexts[locale].ticket.minutes(...ticket.wait_minutes)}
                      ${ticket.wait_point > 0 ? html`<small>${texts.likely(ticket.wait_point)}</small>` : nothing}
                    </dd>
                  `
                : nothing}
              <dt>${texts.windows}</dt>
              <dd>${ticket.windows.map((window) => window.label[locale]).join(comma)}</dd>
            `
          : nothing}
        <dt>${texts.service}</dt>
        <dd>${ticket.service[locale]}</dd>
        ${ticket.further.length > 0
          ? html`
              <dt>${texts.further}</dt>
              <dd data-testid="ticket-further">${ticket.further.map((service) => service[locale]).join(comma)}</dd>
            `
          : nothing}
        <dt>${texts.zone}</dt>
        <dd>${ticket.zone[locale]}</dd>
      </dl>
    `;
  }

  private renderWishes(ticket: Ticket) {
    const texts = ticketTexts[this.locale.current];
    const possible = wishes(ticket, this.now);
    if (possible.length === 0) return nothing;
    return html`
      <div class="actions">
        ${possible.map((wish) =>
          wish === "hold"
            ? html`
                <fieldset>
                  <legend>${texts.hold}</legend>
                  ${ticket.hold_minutes.map((minutes) =>
                    this.renderButton("hold", texts.holdFor(minutes), () => this.ask("hold", { minutes })),
                  )}
                </fieldset>
              `
            : this.renderButton(wish, texts[wish], () =>
                wish === "cancel" ? this.dialog.showModal() : this.ask(wish),
              ),
        )}
      </div>
    `;
  }

  private renderButton(wish: Wish, label: string, pressed: () => unknown) {
    const look = wish === "cancel" ? "danger" : wish === "here" || wish === "rejoin" ? "primary" : "";
    return html`
      <button type="button" class=${look} ?disabled=${this.busy} data-testid=${wish} @click=${pressed}>${label}</button>
    `;
  }

  private renderWay(ticket: Ticket) {
    const locale = this.locale.current;
    return html`
      <section class="panel map">
        <h2>${ticket.zone[locale]}</h2>
        <lobby-way
          .locale=${locale}
          .label=${ticket.zone[locale]}
          .plan=${this.planOf(ticket)}
          .steps=${this.way?.steps ?? []}
          .metres=${this.way?.metres ?? null}
          .access=${this.way?.accessible ?? null}
          .stepFree=${this.stepFree}
          switchable
          @step-free=${(event: CustomEvent<boolean>) => (this.stepFree = event.detail)}
        ></lobby-way>
      </section>
    `;
  }

  private get reading() {
    return { locale: this.locale.current, zone: this.branch.value?.timezone ?? FALLBACK_ZONE, now: this.now };
  }

  /** With the way where one is known, of the zone alone where none is; "" while that is not known yet. */
  private planOf(ticket: Ticket): string {
    if (this.way === undefined) return "";
    const query = new URLSearchParams({ zone: ticket.zone_id, locale: this.locale.current });
    return this.way?.plan ?? `/api/branch/plan.svg?${query}`;
  }

  /** Once for each zone, locale and kind of way; the words of the way are a help and never an error. */
  private async findWay(ticket: Ticket): Promise<void> {
    const asked = { zone: ticket.zone_id, locale: this.locale.current, step_free: String(this.stepFree) };
    const query = new URLSearchParams(asked).toString();
    if (query === this.wayOf) return;
    this.wayOf = query;
    const way = await request<Way>(`/api/branch/way?${query}`).catch(() => null);
    if (query === this.wayOf) this.way = way;
  }

  /** A phone in a pocket: shake and ring when the number is called. */
  private arrived(ticket: Ticket, before: Ticket | null): void {
    this.now = new Date();
    if (!before || !isNewCall(ticket, before)) return;
    this.told = null;
    if (this.rings) navigator.vibrate?.([300, 150, 300]);
    chime();
  }

  /** A phone that slept has missed what happened. */
  private readonly seenAgain = (): void => {
    if (!document.hidden) void this.ticket.reload();
  };

  private cancel(): void {
    this.dialog.close();
    void this.ask("cancel");
  }

  private async ask(wish: Wish, body?: { minutes: number }): Promise<void> {
    this.busy = true;
    try {
      this.ticket.set(await post<Ticket>(`/api/tickets/${this.code}/${wish}`, body));
      this.told = wish;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.told = error.status === 409 || error.status === 404 ? "refused" : "failed";
      await this.ticket.reload();
    }
    this.busy = false;
  }
}
