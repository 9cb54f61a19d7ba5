import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { property, query, state } from "lit/decorators.js";
import { ApiError } from "../api/http";
import { Resource } from "../api/resource";
import type { Conversation, TranscriptMessage } from "../api/types";
import { chatTexts } from "../i18n/chat";
import { commonTexts } from "../i18n/common";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { clockTime, percent } from "../parts/format";
import { maskedText } from "../parts/masked-text";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { OnNews } from "./feed";
import { panelStyle } from "./panel-style";
import { staffGet, staffPost } from "./staff-api";

const LOW_CONFIDENCE = 0.6;

/** One conversation: what was said, what the assistant made of it, and the way to step in. */
@element("lobby-transcript")
export class TranscriptView extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property() zone = "";
  @property() conversation = "";
  @state() private problem: "failed" | "conflict" | null = null;
  @state() private busy = false;
  @query(".scroll") private scroller!: HTMLElement | null;
  @query("textarea") private field!: HTMLTextAreaElement | null;

  private atEnd = true;
  private unsent: { id: string; text: string } | null = null;
  private readonly transcript = new Resource<Conversation>(this, () =>
    staffGet(`/conversations/${encodeURIComponent(this.conversation)}`),
  );

  constructor() {
    super();
    new OnNews(this, ["conversation", "person"], this.transcript.reload);
  }

  static override styles = [
    shared,
    panelStyle,
    css`
      :host {
        display: flex;
        flex: 1;
        flex-direction: column;
        min-height: 0;
      }
      .messages {
        display: grid;
        gap: 0.9rem;
        padding: 1rem;
      }
      .message {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(9rem, 15rem);
        gap: 0.3rem 1rem;
      }
      .head {
        grid-column: 1 / -1;
        color: var(--lobby-quiet);
        font-size: 0.85rem;
      }
      .head b {
        color: var(--lobby-ink);
      }
      .customer .head b {
        color: var(--lobby-accent);
      }
      .said {
        padding: 0.5rem 0.9rem;
        border-radius: 0.9rem;
        background: var(--lobby-sunken);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .customer .said {
        background: var(--lobby-accent-soft);
      }
      .message:not(.customer) .said,
      .system {
        grid-column: 1 / -1;
      }
      .said small {
        display: block;
        color: var(--lobby-quiet);
        white-space: normal;
      }
      .understood {
        align-self: start;
        font-size: 0.85rem;
        line-height: 1.5;
      }
      .understood div {
        overflow-wrap: anywhere;
      }
      .system {
        color: var(--lobby-quiet);
        font-size: 0.85rem;
        text-align: center;
      }
      .reply {
        padding: 0.8rem 1rem;
        border-top: 1px solid var(--lobby-line);
      }
      .reply form {
        display: flex;
        gap: 0.6rem;
        align-items: flex-end;
      }
      .reply textarea {
        flex: 1;
        min-width: 0;
        resize: vertical;
      }
      .reply p {
        margin: 0 0 0.5rem;
        color: var(--lobby-quiet);
        font-size: 0.9rem;
      }
      @media (max-width: 500px) {
        .message {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  protected override willUpdate(before: PropertyValues<this>): void {
    if (before.has("conversation") && before.get("conversation")) {
      this.transcript.value = null;
      this.problem = null;
      this.atEnd = true;
      void this.transcript.reload();
    }
  }

  protected override updated(): void {
    if (this.atEnd && this.scroller) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  override render() {
    const texts = staffTexts[this.locale].transcript;
    const transcript = this.transcript.value;
    return html`
      <div class="bar">
        <button type="button" class="back" @click=${() => (location.hash = "conversations")}>
          ${commonTexts[this.locale].back}
        </button>
        <h2>${texts.title}</h2>
        ${transcript && transcript.state === "open" ? this.renderStep(transcript) : nothing}
        ${transcript && transcript.state !== "open" ? html`<span class="tag">${texts.ended}</span>` : nothing}
      </div>
      <p class="problem" role="alert">${this.problem ? staffTexts[this.locale][this.problem] : nothing}</p>
      <div
        class="scroll"
        tabindex="0"
        role="region"
        aria-label=${texts.title}
        data-testid="transcript"
        @scroll=${this.scrolled}
      >
        ${transcript ? this.renderMessages(transcript) : html`<p class="empty" role="status">${this.emptyText()}</p>`}
      </div>
      ${transcript?.joined_by_me && transcript.state === "open" ? this.renderReply() : nothing}
    `;
  }

  private renderStep(transcript: Conversation) {
    const texts = staffTexts[this.locale].transcript;
    return transcript.joined_by_me
      ? html`<button type="button" ?disabled=${this.busy} data-testid="leave" @click=${() => this.step("leave")}>${texts.leave}</button>`
      : html`
          <button
            type="button"
            class="primary"
            ?disabled=${this.busy || transcript.staff_joined}
            data-testid="join"
            @click=${() => this.step("join")}
          >
            ${texts.join}
          </button>
        `;
  }

  private renderMessages({ messages }: Conversation) {
    if (messages.length === 0) return html`<p class="empty">${staffTexts[this.locale].transcript.empty}</p>`;
    return html`<div class="messages">${messages.map((message) => this.renderMessage(message))}</div>`;
  }

  private renderMessage(message: TranscriptMessage) {
    const texts = staffTexts[this.locale].transcript;
    const at = clockTime(message.at, this.locale, this.zone);
    if (message.kind !== "message") {
      const notice = texts.notices[message.kind as keyof typeof texts.notices] ?? message.kind;
      return html`<div class="system">${at} · ${notice}</div>`;
    }
    const sender = texts[message.sender as "customer" | "bot" | "staff" | "system"] ?? message.sender;
    return html`
      <article class="message ${message.sender}" data-testid="transcript-message" data-sender=${message.sender}>
        <div class="head"><b>${sender}</b> · ${at}</div>
        <div class="said" lang=${message.locale}>${maskedText(message.text, chatTexts[this.locale].hidden)}${message.choices.length > 0
            ? html`<small>${texts.choices}: ${message.choices.join(" / ")}</small>`
            : nothing}${message.cards.length > 0
            ? html`<small>${texts.cards(message.cards.map((card) => String(card["kind"])).join(", "))}</small>`
            : nothing}</div>
        ${message.sender === "customer" ? this.renderUnderstood(message) : nothing}
      </article>
    `;
  }

  private renderUnderstood(message: TranscriptMessage) {
    const texts = staffTexts[this.locale].transcript;
    if (message.intent === null) return nothing;
    const { confidence } = message;
    const low = confidence !== null && confidence < LOW_CONFIDENCE;
    return html`
      <div class="understood">
        <div>
          <span class="hidden">${texts.intent}</span>
          <span class="tag good" data-testid="intent">${message.intent}</span>
          ${confidence === null
            ? nothing
            : html`
                <span class="hidden">${texts.confidence}</span>
                <span class="tag ${low ? "warn" : ""}" title=${texts.confidence} data-testid="confidence">
                  ${percent(confidence)}${low ? ` ${texts.low}` : ""}
                </span>
              `}
        </div>
        ${message.entities.map((entity) => html`<div>${String(entity["type"])}: ${String(entity["value"])}</div>`)}
        ${message.faq ? html`<div>${texts.answer}: ${message.faq}</div>` : nothing}
      </div>
    `;
  }

  private renderReply() {
    const texts = staffTexts[this.locale].transcript;
    return html`
      <div class="reply">
        <p>${texts.joined}</p>
        <form @submit=${this.reply}>
          <label class="hidden" for="reply">${texts.reply}</label>
          <textarea
            id="reply"
            rows="2"
            maxlength="2000"
            placeholder=${texts.reply}
            data-testid="reply-input"
            @keydown=${this.pressed}
          ></textarea>
          <button type="submit" class="primary" ?disabled=${this.busy} data-testid="reply-send">${texts.send}</button>
        </form>
      </div>
    `;
  }

  private emptyText(): string {
    const common = commonTexts[this.locale];
    return this.transcript.error ? common.unreachable : common.loading;
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    void this.reply();
  }

  private async reply(event?: Event): Promise<void> {
    event?.preventDefault();
    const text = this.field?.value.trim() ?? "";
    if (!text || this.busy) return;
    // The same text after a failure goes out under the same id, so that it is stored once.
    if (this.unsent?.text !== text) this.unsent = { id: newId(), text };
    if (await this.attempt(`/say`, this.unsent)) {
      this.unsent = null;
      if (this.field) this.field.value = "";
    }
    await this.updateComplete;
    this.field?.focus();
  }

  private async step(what: "join" | "leave"): Promise<void> {
    if (await this.attempt(`/${what}`)) {
      await this.updateComplete;
      this.field?.focus();
    }
  }

  private async attempt(path: string, body?: unknown): Promise<boolean> {
    this.busy = true;
    this.problem = null;
    try {
      await staffPost(`/conversations/${encodeURIComponent(this.conversation)}${path}`, body);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.status === 409 ? "conflict" : "failed";
      return false;
    } finally {
      this.busy = false;
      await this.transcript.reload();
    }
  }

  private scrolled(): void {
    if (!this.scroller) return;
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.atEnd = scrollHeight - scrollTop - clientHeight < 60;
  }
}

function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
