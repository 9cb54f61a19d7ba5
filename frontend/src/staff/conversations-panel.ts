import { LitElement, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { Resource } from "../api/resource";
import type { ConversationLine, ConversationList } from "../api/types";
import { chatTexts } from "../i18n/chat";
import { commonTexts } from "../i18n/common";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { dayAndTime } from "../parts/format";
import { maskedText } from "../parts/masked-text";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { OnNews } from "./feed";
import { panelStyle } from "./panel-style";
import { staffGet } from "./staff-api";
import "./transcript-view";

const SEARCH_PAUSE_MS = 300;

/** All conversations, newest first, and the one that is open. */
@element("lobby-conversations")
export class ConversationsPanel extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property() zone = "";
  /** Id of the open conversation. */
  @property() chosen = "";
  @state() private query = "";
  @state() private older: ConversationLine[] = [];
  @state() private next: string | null = null;

  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly newest = new Resource<ConversationList>(
    this,
    () => this.page(null),
    (list) => {
      if (this.older.length === 0) this.next = list.next;
    },
  );

  constructor() {
    super();
    new OnNews(this, ["conversation", "person"], this.newest.reload);
  }

  static override styles = [
    shared,
    panelStyle,
    css`
      .search {
        padding: 0.7rem 1rem;
        border-bottom: 1px solid var(--lobby-line);
      }
      .more {
        display: block;
        margin: 0.8rem auto;
      }
    `,
  ];

  override render() {
    const texts = staffTexts[this.locale].conversations;
    const newest = this.newest.value?.items ?? [];
    const shown = new Set(newest.map((line) => line.id));
    const lines = [...newest, ...this.older.filter((line) => !shown.has(line.id))];
    return html`
      <div class="split ${this.chosen ? "chosen" : ""}">
        <section class="box" aria-label=${texts.list}>
          <div class="search">
            <label class="hidden" for="q">${texts.search}</label>
            <input id="q" type="search" placeholder=${texts.search} maxlength="100" data-testid="search" @input=${this.typed} />
          </div>
          <div class="scroll">
            ${lines.length > 0
              ? html`<ul role="list">${lines.map((line) => html`<li>${this.renderLine(line)}</li>`)}</ul>`
              : html`<p class="empty" role="status">${this.emptyText()}</p>`}
            ${this.next
              ? html`<button type="button" class="more" data-testid="more" @click=${this.loadMore}>${texts.more}</button>`
              : nothing}
          </div>
        </section>
        <section class="box">
          ${this.chosen
            ? html`
                <lobby-transcript .locale=${this.locale} .zone=${this.zone} .conversation=${this.chosen}></lobby-transcript>
              `
            : html`<p class="empty">${texts.choose}</p>`}
        </section>
      </div>
    `;
  }

  private renderLine(line: ConversationLine) {
    const texts = staffTexts[this.locale].conversations;
    const channel = line.channel === "kiosk" ? texts.kiosk : texts.web;
    return html`
      <button
        type="button"
        class="item"
        aria-current=${String(line.id === this.chosen)}
        data-testid="conversation"
        @click=${() => (location.hash = `conversations/${line.id}`)}
      >
        <span class="text" lang=${line.locale}>${maskedText(line.last_text || "—", chatTexts[this.locale].hidden)}</span>
        <span class="meta">
          <span>${dayAndTime(line.last_at, this.locale, this.zone)}</span>
          <span>${channel}</span>
          <span>${texts.messages(line.messages)}</span>
          ${line.waiting_for_person ? html`<span class="tag alert">${texts.waiting}</span>` : nothing}
          ${line.state === "open" ? html`<span class="tag good">${texts.open}</span>` : html`<span class="tag">${texts.ended}</span>`}
        </span>
      </button>
    `;
  }

  private emptyText(): string {
    const texts = staffTexts[this.locale].conversations;
    if (this.newest.error) return commonTexts[this.locale].unreachable;
    if (!this.newest.value) return commonTexts[this.locale].loading;
    return this.query ? texts.nothing : texts.empty;
  }

  private typed(event: InputEvent): void {
    const { value } = event.target as HTMLInputElement;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.query = value.trim();
      this.older = [];
      void this.newest.reload();
    }, SEARCH_PAUSE_MS);
  }

  private async loadMore(): Promise<void> {
    const list = await this.page(this.next).catch(() => null);
    if (!list) return;
    this.older = [...this.older, ...list.items];
    this.next = list.next;
  }

  private page(before: string | null): Promise<ConversationList> {
    const asked = new URLSearchParams({ limit: "50" });
    if (this.query) asked.set("q", this.query);
    if (before) asked.set("before", before);
    return staffGet<ConversationList>(`/conversations?${asked}`);
  }
}
