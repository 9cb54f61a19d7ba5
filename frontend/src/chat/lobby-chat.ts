import { LitElement, html, nothing, type PropertyValues } from "lit";
import { property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { LobbyClient } from "../client/client";
import { ticketOf, type Entry } from "../client/transcript";
import { chatTexts } from "../i18n/chat";
import { element } from "../parts/element";
import { maskedText } from "../parts/masked-text";
import type { Choice, Locale, Rate, RequestCard } from "../protocol/frames";
import { shared } from "../style/shared";
import { renderCard } from "./cards/cards";
import { chatStyle } from "./chat-style";
import "./composer";

const HOPELESS = new Set(["too_long", "invalid", "empty", "bad_frame", "not_found", "conflict"]);

/** The conversation of a `LobbyClient`. Dispatches `start-new` when the customer wants another one after the end. */
@element("lobby-chat")
export class LobbyChat extends LitElement {
  @property({ attribute: false }) client!: LobbyClient;
  @property() locale: Locale = "zh-Hans";
  /** Address of the server, "" on its own pages. */
  @property() base = "";
  @property({ type: Boolean }) kiosk = false;
  /** Said by the page before anything is said. */
  @property() hello = "";
  @property({ attribute: false }) suggestions: readonly string[] = [];
  /** The connection was lost, long enough to speak of it. */
  @state() private lost = false;
  @query(".scroll") private scroller!: HTMLElement;

  private lostTimer: ReturnType<typeof setTimeout> | undefined;
  private atEnd = true;
  private top = 0;
  private growth: ResizeObserver | undefined;
  private observed: Element | undefined;

  static override styles = [shared, chatStyle];

  private readonly changed = (): void => {
    const offline = this.client.connection === "offline";
    if (!offline) {
      clearTimeout(this.lostTimer);
      this.lostTimer = undefined;
      this.lost = false;
    } else {
      // A blink of the network is nobody's business.
      this.lostTimer ??= setTimeout(() => (this.lost = true), 800);
    }
    this.requestUpdate();
  };

  override connectedCallback(): void {
    super.connectedCallback();
    this.client?.addEventListener("change", this.changed);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.client?.removeEventListener("change", this.changed);
    clearTimeout(this.lostTimer);
    this.growth?.disconnect();
    this.observed = undefined;
  }

  protected override willUpdate(before: PropertyValues<this>): void {
    if (before.has("client")) {
      before.get("client")?.removeEventListener("change", this.changed);
      this.client.removeEventListener("change", this.changed);
      this.client.addEventListener("change", this.changed);
      this.lost = false;
    }
  }

  protected override updated(): void {
    if (this.client.transcript.entries.at(-1)?.status === "sending") this.atEnd = true;
    this.followEnd();
    const log = this.renderRoot.querySelector(".log");
    if (log && log !== this.observed) {
      // Pictures of cards arrive later than the cards.
      this.growth ??= new ResizeObserver(() => this.followEnd());
      this.growth.disconnect();
      this.growth.observe(log);
      this.observed = log;
    }
  }

  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>("lobby-composer")?.focus();
  }

  override render() {
    const texts = chatTexts[this.locale];
    if (this.client.connection === "ended") {
      return html`
        <div class="over" role="status">
          <p>${this.client.farewell === "moved" ? texts.moved : texts.ended}</p>
          <button class="primary" data-testid="start-new" @click=${() => this.dispatchEvent(new Event("start-new"))}>
            ${texts.startNew}
          </button>
        </div>
      `;
    }
    const { entries } = this.client.transcript;
    return html`
      <div class="banner" role="status" data-testid="connection-banner">${this.lost ? texts.lost : nothing}</div>
      <div class="scroll" tabindex="0" role="region" aria-label=${texts.log} @scroll=${this.scrolled} @rated=${this.rated}>
        <div
          class="log"
          role="log"
          aria-label=${texts.log}
          aria-relevant="additions"
          aria-busy=${String(this.client.catchingUp)}
          data-testid="messages"
        >
          ${this.hello && entries.length === 0 ? html`<div class="entry bot"><div class="bubble">${this.hello}</div></div>` : nothing}
          ${repeat(
            entries,
            (entry) => entry.key,
            (entry, index) => this.renderEntry(entry, entries, index),
          )}
        </div>
        ${entries.length === 0 && this.suggestions.length > 0 ? this.renderSuggestions() : nothing}
        ${this.client.typing
          ? html`<div class="typing" aria-hidden="true" data-testid="typing"><i></i><i></i><i></i></div>`
          : nothing}
      </div>
      <div class="hidden" role="status">${this.client.typing ? texts.typing : ""}</div>
      <div class="banner problem" role="status" data-testid="problem">${this.problemText(this.client.problem)}</div>
      <lobby-composer .locale=${this.locale} @say=${(event: CustomEvent<string>) => this.client.say(event.detail)}>
      </lobby-composer>
    `;
  }

  private renderEntry(entry: Entry, entries: readonly Entry[], index: number) {
    if (entry.notice) return this.renderNotice(entry);
    const texts = chatTexts[this.locale];
    // Only the latest question can still be answered by a button.
    const open = !entries.slice(index + 1).some((later) => later.sender === "customer");
    const names = chatTexts[entry.locale]?.hidden ?? texts.hidden;
    return html`
      <div class="entry ${entry.sender}" data-testid="message" data-sender=${entry.sender}>
        ${entry.sender === "staff"
          ? html`<span class="who">${texts.staff}</span>`
          : html`<span class="hidden">${entry.sender === "customer" ? texts.you : texts.assistant}</span>`}
        ${entry.text
          ? html`<div class="bubble" lang=${entry.locale} data-testid="message-text">${maskedText(entry.text, names)}</div>`
          : nothing}
        ${entry.cards.map((card) =>
          renderCard(card, {
            locale: entry.locale,
            base: this.base,
            kiosk: this.kiosk,
            session: this.client.session,
            ticket: (code) => this.client.transcript.tickets.get(code),
          }),
        )}
        ${open && entry.choices.length > 0 ? this.renderChoices(entry.choices, entry.locale) : nothing}
        ${entry.status === "failed" ? this.renderFailure(entry) : nothing}
      </div>
    `;
  }

  private renderChoices(choices: readonly Choice[], locale: Locale) {
    return html`
      <div class="choices" role="group" lang=${locale} aria-label=${chatTexts[this.locale].choices}>
        ${choices.map(
          ({ label, choice }) => html`
            <button type="button" data-testid="choice" @click=${() => this.client.choose(choice, label)}>${label}</button>
          `,
        )}
      </div>
    `;
  }

  private renderSuggestions() {
    return html`
      <div class="suggestions" data-testid="suggestions">
        <p>${chatTexts[this.locale].suggestions}</p>
        <div class="choices">
          ${this.suggestions.map(
            (text) => html`<button type="button" @click=${() => this.client.say(text)}>${text}</button>`,
          )}
        </div>
      </div>
    `;
  }

  private renderFailure(entry: Entry) {
    const texts = chatTexts[this.locale];
    const problem = entry.problem ?? "other";
    return html`
      <div class="status failed" data-testid="message-failed">
        <span>${texts.notSent} · ${this.problemText(problem)}</span>
        ${HOPELESS.has(problem) || !entry.id
          ? nothing
          : html`<button type="button" @click=${() => this.client.tryAgain(entry.id as string)}>${texts.tryAgain}</button>`}
      </div>
    `;
  }

  private renderNotice(entry: Entry) {
    const { kind, data } = entry.notice as { kind: string; data: Record<string, unknown> };
    const texts = chatTexts[this.locale];
    const ticket = ticketOf({ kind, data });
    switch (kind) {
      case "ticket_called":
        return ticket
          ? html`
              <div class="entry" data-testid="notice" data-kind=${kind}>
                <div class="called">
                  ${texts.notices.ticket_called(ticket.number)}
                  <div>${ticket.windows.join(this.locale === "en" ? ", " : "、")}</div>
                </div>
              </div>
            `
          : nothing;
      case "complaint_updated":
      case "staff_left":
      case "assistant_back":
        return this.line(kind, texts.notices[kind]);
      case "request_updated": {
        const { label, text } = data as Partial<RequestCard>;
        return this.line(kind, text ?? texts.notices.request_over(label ?? ""));
      }
      case "staff_joined":
        return this.line(kind, texts.notices.staff_joined(typeof data["name"] === "string" ? data["name"] : ""));
      default:
        // ticket_updated shows in the ticket's own card; a kind that is not known yet shows nowhere.
        return nothing;
    }
  }

  private line(kind: string, text: string) {
    return html`<div class="entry system" data-testid="notice" data-kind=${kind}><div class="line">${text}</div></div>`;
  }

  private problemText(code: string | null): string {
    if (code === null) return "";
    const { errors } = chatTexts[this.locale];
    return errors[code as keyof typeof errors] ?? errors.other;
  }

  private scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    // Only a hand that scrolls up leaves the end; a card that grows does not.
    if (scrollHeight - scrollTop - clientHeight < 80) this.atEnd = true;
    else if (scrollTop < this.top) this.atEnd = false;
    this.top = scrollTop;
  }

  private followEnd(): void {
    if (this.atEnd && this.scroller) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  private rated(event: CustomEvent<Rate["score"]>): void {
    this.client.rate(event.detail);
  }
}
