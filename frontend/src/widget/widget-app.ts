import { LitElement, css, html, nothing, unsafeCSS } from "lit";
import { property, query, state } from "lit/decorators.js";
import "../chat/lobby-chat";
import type { LobbyChat } from "../chat/lobby-chat";
import { socketAddress } from "../client/address";
import { LobbyClient } from "../client/client";
import { sessionStore } from "../client/session-store";
import { widgetTexts } from "../i18n/widget";
import { element } from "../parts/element";
import "../parts/languages";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import tokens from "../style/tokens.css?inline";

/** The launcher and its panel. `base` is the address of the Lobby server. */
@element("lobby-widget")
export class LobbyWidget extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property() base = "";
  @property() handover = "";
  @state() private open = false;
  @state() private unread = 0;
  @state() private client: LobbyClient | null = null;
  @query("lobby-chat") private chat!: LobbyChat | null;
  @query(".launcher") private launcher!: HTMLButtonElement;

  private readonly store = sessionStore(() => localStorage);
  private heard = 0;

  static override styles = [
    unsafeCSS(tokens),
    shared,
    css`
      :host {
        all: initial;
      }
      /* Set here, not on the host: a page's own rules for all elements reach the host. */
      .launcher,
      .panel {
        position: fixed;
        right: 20px;
        bottom: 20px;
        z-index: 2147483000;
        color: var(--lobby-ink);
        font: 16px/1.55 var(--lobby-font);
      }
      .launcher {
        display: grid;
        place-items: center;
        width: 64px;
        height: 64px;
        padding: 0;
        border: 0;
        border-radius: 50%;
        background: var(--lobby-accent);
        color: var(--lobby-on-accent);
        box-shadow: var(--lobby-shadow);
      }
      .launcher:hover:not(:disabled) {
        background: var(--lobby-accent-strong);
      }
      .launcher svg {
        width: 34px;
        height: 34px;
      }
      .badge {
        position: absolute;
        top: -4px;
        right: -4px;
        min-width: 24px;
        padding: 0 6px;
        border-radius: 12px;
        background: #a3262b;
        color: #fff;
        font-size: 14px;
        font-weight: 600;
        line-height: 24px;
        text-align: center;
      }
      .panel {
        display: grid;
        grid-template: auto minmax(0, 1fr) / minmax(0, 1fr);
        width: min(400px, calc(100vw - 40px));
        height: min(660px, calc(100dvh - 40px));
        overflow: hidden;
        border: 1px solid var(--lobby-line);
        border-radius: 20px;
        background: var(--lobby-page);
        box-shadow: var(--lobby-shadow);
      }
      .head {
        display: flex;
        align-items: center;
        gap: 4px;
        padding: 8px 8px 8px 16px;
        border-bottom: 1px solid var(--lobby-line);
        background: var(--lobby-surface);
      }
      h2 {
        flex: 1;
        min-width: 0;
        margin: 0;
        overflow: hidden;
        font-size: 17px;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .head button {
        flex: none;
        display: grid;
        place-items: center;
        width: 44px;
        height: 44px;
        padding: 10px;
        border-color: transparent;
        background: none;
      }
      .head svg {
        width: 22px;
        height: 22px;
      }
      lobby-languages {
        font-size: 15px;
      }
      lobby-chat {
        min-height: 0;
      }
      @media (max-width: 480px) {
        .panel {
          inset: 0;
          width: auto;
          height: auto;
          border: 0;
          border-radius: 0;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.lang = this.locale;
    if (this.handover) void this.show();
    // A conversation that goes on is listened to, so that a called number is noticed.
    else if (this.store.load()) this.connect();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.client?.close();
  }

  override render() {
    const texts = widgetTexts[this.locale];
    return html`
      <button
        type="button"
        class="launcher"
        aria-haspopup="dialog"
        aria-expanded=${String(this.open)}
        aria-label=${this.unread > 0 ? texts.openUnread(this.unread) : texts.open}
        data-testid="launcher"
        ?hidden=${this.open}
        @click=${this.show}
      >
        <svg viewBox="0 0 48 48" aria-hidden="true" fill="currentColor">
          <path d="M24 5C12 5 4 12 4 22c0 6 3 11 8 14v8l9-5h3c12 0 20-7 20-17S36 5 24 5z" />
          <g fill="var(--lobby-accent)"><circle cx="15" cy="22" r="3" /><circle cx="24" cy="22" r="3" /><circle cx="33" cy="22" r="3" /></g>
        </svg>
        ${this.unread > 0 ? html`<span class="badge" aria-hidden="true">${this.unread}</span>` : nothing}
      </button>
      ${this.open && this.client ? this.renderPanel(this.client) : nothing}
    `;
  }

  private renderPanel(client: LobbyClient) {
    const texts = widgetTexts[this.locale];
    return html`
      <div class="panel" role="dialog" aria-label=${texts.title} data-testid="panel" @keydown=${this.pressed}>
        <div class="head" @locale-chosen=${(event: CustomEvent<Locale>) => this.useLocale(event.detail)}>
          <h2>${texts.title}</h2>
          <lobby-languages .locale=${this.locale}></lobby-languages>
          <button type="button" aria-label=${texts.end} title=${texts.end} data-testid="done" @click=${this.end}>
            <svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
              <path d="M10 4H5v16h5M15 8l4 4-4 4M19 12H9" />
            </svg>
          </button>
          <button type="button" aria-label=${texts.close} title=${texts.close} data-testid="close" @click=${this.hide}>
            <svg viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
              <path d="M6 9l6 6 6-6" />
            </svg>
          </button>
        </div>
        <lobby-chat
          .client=${client}
          .locale=${this.locale}
          .base=${this.base}
          .hello=${texts.hello}
          .suggestions=${texts.suggestions}
          @start-new=${this.startNew}
        ></lobby-chat>
      </div>
    `;
  }

  /** Opens the panel and puts the focus where one writes. */
  async show(): Promise<void> {
    if (!this.client) this.connect();
    this.open = true;
    this.unread = 0;
    await this.updateComplete;
    await this.chat?.updateComplete;
    this.chat?.focus();
  }

  private async hide(): Promise<void> {
    this.open = false;
    await this.updateComplete;
    this.launcher.focus();
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    void this.hide();
  }

  private connect(): void {
    const client = new LobbyClient({
      url: socketAddress(this.base),
      channel: "web",
      locale: this.locale,
      store: this.store,
      ...(this.handover ? { handover: this.handover } : {}),
    });
    this.handover = "";
    client.addEventListener("change", () => this.noteNews(client));
    this.client = client;
    client.start();
  }

  private noteNews(client: LobbyClient): void {
    if (client !== this.client) return;
    const said = client.transcript.entries.filter((entry) => entry.sender !== "customer").length;
    if (!this.open && !client.catchingUp && said > this.heard) this.unread += said - this.heard;
    this.heard = said;
  }

  private end(): void {
    this.client?.end();
  }

  private startNew(): void {
    this.heard = 0;
    this.connect();
    void this.show();
  }

  /** Changes the language by hand: the answers follow, too. */
  useLocale(locale: Locale): void {
    this.locale = locale;
    this.lang = locale;
    this.client?.setLocale(locale);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "lobby-widget": LobbyWidget;
  }
}
