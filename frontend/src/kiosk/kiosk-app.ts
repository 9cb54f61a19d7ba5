import { LitElement, html, nothing } from "lit";
import { query, state } from "lit/decorators.js";
import type { VisitCheckIn } from "../api/types";
import "../chat/cards/ticket-card";
import "../chat/lobby-chat";
import type { LobbyChat } from "../chat/lobby-chat";
import { socketAddress } from "../client/address";
import { LobbyClient } from "../client/client";
import { sessionStore } from "../client/session-store";
import { commonTexts } from "../i18n/common";
import { kioskTexts } from "../i18n/kiosk";
import { element } from "../parts/element";
import "../parts/languages";
import { PageLocale } from "../parts/page-locale";
import type { Locale, TicketCard } from "../protocol/frames";
import { shared } from "../style/shared";
import "../visit/check-in";
import { guardKiosk } from "./guard";
import { icon, type Icon } from "./icons";
import { IdleWatch } from "./idle";
import { kioskStyle } from "./kiosk-style";
import { mascot } from "./mascot";

const TASKS = ["ticket", "code", "ask", "place", "complain", "person"] as const satisfies readonly Icon[];
const TOAST_MS = 8000;

/**
 * The kiosk. Settings of a device in the address: `device` (its name), `locale` (its usual one), `idle` (seconds
 * without a touch before the warning, 90) and `warn` (seconds of warning before the wipe, 20).
 */
@element("lobby-kiosk")
export class KioskApp extends LitElement {
  @state() private client: LobbyClient | null = null;
  /** What the person does: talk, or check in with a code. */
  @state() private view: "chat" | "check-in" = "chat";
  /** The number that a code has become, in the language it was asked in. */
  @state() private checkedIn: { card: TicketCard; locale: Locale } | null = null;
  @state() private toast: "wiped" | "movedAway" | null = null;
  @state() private largeText = false;
  @state() private contrast = false;
  @state() private handover: { path: string | null; failed: boolean } | null = null;
  @query("lobby-chat") private chat!: LobbyChat | null;
  @query("#idle") private idleDialog!: HTMLDialogElement | null;
  @query("#phone") private phoneDialog!: HTMLDialogElement | null;

  private readonly settings = new URLSearchParams(location.search);
  private readonly store = sessionStore(() => sessionStorage);
  private readonly locale = new PageLocale(this, (locale) => kioskTexts[locale].title, {
    remember: false,
    usual: this.settings.get("locale"),
  });
  private readonly idle = new IdleWatch(this, this.seconds("idle", 90), this.seconds("warn", 20), () =>
    this.finish("wiped"),
  );
  private resetTimer: ReturnType<typeof setTimeout> | undefined;

  static override styles = [shared, kioskStyle];

  override connectedCallback(): void {
    super.connectedCallback();
    guardKiosk();
    if (this.store.load()) this.begin();
  }

  protected override updated(): void {
    show(this.idleDialog, this.idle.left !== null);
    show(this.phoneDialog, this.handover !== null);
  }

  override render() {
    const locale = this.locale.current;
    const texts = kioskTexts[locale];
    return html`
      <header class=${this.client ? "talking" : ""} @locale-chosen=${this.chooseLocale}>
        ${this.client
          ? html`<h1 class="brand">${mascot()}<span>${texts.title}</span></h1>`
          : html`<div class="brand">${texts.title}</div>`}
        ${this.client ? html`<lobby-languages .locale=${locale}></lobby-languages>` : html`<div class="tools">${this.renderToggles()}</div>`}
      </header>
      ${this.client ? this.renderTalk(this.client) : this.renderWelcome()}
      ${this.client
        ? html`
            <footer>
              <div class="tools">
                ${this.renderToggles()}
                <button type="button" data-testid="to-phone" @click=${this.toPhone}>${texts.phone}</button>
              </div>
              <button type="button" class="primary" data-testid="done" @click=${() => this.finish("wiped")}>
                ${texts.done}
              </button>
            </footer>
          `
        : html`<footer><span class="note">${commonTexts[locale].demoNote}</span></footer>`}
      ${this.renderIdleWarning()} ${this.renderPhone()}
    `;
  }

  private renderWelcome() {
    const locale = this.locale.current;
    const texts = kioskTexts[locale];
    return html`
      <main class="welcome" data-testid="attract" @locale-chosen=${this.chooseLocale}>
        <div class="toast" role="status" data-testid="toast">${this.toast ? texts[this.toast] : ""}</div>
        <div class="greet">
          ${mascot(texts.mascot)}
          <h1>${texts.greeting}</h1>
          <p>${texts.invitation}</p>
        </div>
        <ul class="tiles">
          ${TASKS.map((task, index) => {
            const { label, hint } = texts.tasks[task];
            return html`
              <li>
                <button
                  type="button"
                  class="tile ${index === 0 ? "first" : ""}"
                  data-testid="tile-${task}"
                  @click=${() => (task === "code" ? this.beginCheckIn() : this.begin(texts.tasks[task].says))}
                >
                  ${icon(task)}
                  <span><strong>${label}</strong><small>${hint}</small></span>
                </button>
              </li>
            `;
          })}
          <li class="tile language">${icon("language")}<lobby-languages .locale=${locale}></lobby-languages></li>
        </ul>
      </main>
    `;
  }

  private renderTalk(client: LobbyClient) {
    return this.view === "check-in" ? this.renderCheckIn(client) : this.renderChat(client);
  }

  private renderCheckIn(client: LobbyClient) {
    const { card, locale } = this.checkedIn ?? {};
    return html`
      <main class="check-in" data-testid="check-in-view">
        <lobby-check-in
          .locale=${this.locale.current}
          .session=${client.session}
          @checked-in=${this.showTicket}
        ></lobby-check-in>
        ${card && locale
          ? html`
              <lobby-ticket-card
                kiosk
                .card=${client.transcript.tickets.get(card.code) ?? card}
                .locale=${locale}
                .session=${client.session}
              ></lobby-ticket-card>
            `
          : nothing}
        <button type="button" data-testid="to-chat" @click=${this.toChat}>
          ${kioskTexts[this.locale.current].toChat}
        </button>
      </main>
    `;
  }

  private renderChat(client: LobbyClient) {
    return html`
      <main class="talking">
        <lobby-chat
          kiosk
          .client=${client}
          .locale=${this.locale.current}
          .hello=${kioskTexts[this.locale.current].hello}
          .suggestions=${kioskTexts[this.locale.current].suggestions}
          @start-new=${() => this.finish("wiped")}
        ></lobby-chat>
      </main>
    `;
  }

  private renderToggles() {
    const texts = kioskTexts[this.locale.current];
    return html`
      <button
        type="button"
        aria-pressed=${String(this.largeText)}
        data-testid="larger-text"
        @click=${() => {
          this.setLargeText(!this.largeText);
          this.settingsTouched();
        }}
      >
        ${texts.largerText}
      </button>
      <button
        type="button"
        aria-pressed=${String(this.contrast)}
        data-testid="contrast"
        @click=${() => {
          this.setContrast(!this.contrast);
          this.settingsTouched();
        }}
      >
        ${texts.contrast}
      </button>
    `;
  }

  private renderIdleWarning() {
    const texts = kioskTexts[this.locale.current];
    const left = this.idle.left ?? 0;
    return html`
      <dialog id="idle" role="alertdialog" aria-labelledby="idle-title" aria-describedby="idle-text" data-testid="idle-warning">
        <h2 id="idle-title">${texts.idleTitle}</h2>
        <div class="count" aria-hidden="true">${left}</div>
        <p id="idle-text">${texts.idleText(left)}</p>
        <div class="actions">
          <button type="button" class="primary" data-testid="stay">${texts.stay}</button>
          <button type="button" @click=${() => this.finish("wiped")}>${texts.done}</button>
        </div>
      </dialog>
    `;
  }

  private renderPhone() {
    const texts = kioskTexts[this.locale.current];
    const { path = null, failed = false } = this.handover ?? {};
    return html`
      <dialog id="phone" aria-labelledby="phone-title" @close=${() => (this.handover = null)}>
        <h2 id="phone-title">${texts.phoneTitle}</h2>
        ${failed
          ? html`<p role="alert">${texts.phoneFailed}</p>`
          : html`
              <p>${texts.phoneHint}</p>
              ${path
                ? html`<img src="/api/qr.svg?path=${encodeURIComponent(path)}" alt=${texts.phoneCode} />`
                : nothing}
            `}
        <div class="actions">
          <button type="button" class="primary" @click=${() => (this.handover = null)}>
            ${commonTexts[this.locale.current].close}
          </button>
        </div>
      </dialog>
    `;
  }

  private begin(says = ""): void {
    const client = new LobbyClient({
      url: socketAddress(location.href),
      channel: "kiosk",
      locale: this.locale.current,
      store: this.store,
      ...(this.settings.get("device") ? { device: this.settings.get("device") as string } : {}),
    });
    client.addEventListener("change", () => {
      if (client !== this.client) return;
      if (client.connection === "ended") this.finish(client.farewell === "moved" ? "movedAway" : "wiped");
      else this.requestUpdate();
    });
    clearTimeout(this.resetTimer);
    this.client = client;
    this.view = "chat";
    this.toast = null;
    client.start();
    if (says) client.say(says);
    this.idle.start();
    if (!says) void this.updateComplete.then(() => this.chat?.focus());
  }

  private beginCheckIn(): void {
    this.begin();
    this.view = "check-in";
  }

  private showTicket(event: CustomEvent<VisitCheckIn>): void {
    this.checkedIn = { card: event.detail.ticket as unknown as TicketCard, locale: this.locale.current };
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector("lobby-ticket-card")?.scrollIntoView({ block: "nearest" }),
    );
  }

  private toChat(): void {
    this.view = "chat";
    void this.updateComplete.then(() => this.chat?.focus());
  }

  /** Wipes everything of this person: session, screen, settings made by hand. */
  private finish(toast: "wiped" | "movedAway"): void {
    const client = this.client;
    this.client = null;
    this.checkedIn = null;
    this.handover = null;
    this.idle.stop();
    client?.end();
    this.store.clear();
    this.setLargeText(false);
    this.setContrast(false);
    this.toast = toast;
    // The thanks stay in this person's language; then the screen is the next person's.
    this.resetLater(TOAST_MS);
  }

  /** Makes the welcome screen everybody's again, unless somebody begins. */
  private resetLater(wait: number): void {
    clearTimeout(this.resetTimer);
    this.resetTimer = setTimeout(() => {
      this.toast = null;
      this.setLargeText(false);
      this.setContrast(false);
      this.locale.reset();
    }, wait);
  }

  private settingsTouched(): void {
    if (!this.client) this.resetLater(this.seconds("idle", 90) * 1000);
  }

  private async toPhone(): Promise<void> {
    const session = this.client?.session;
    const shown = { path: null as string | null, failed: !session };
    this.handover = shown;
    if (!session) return;
    try {
      const answer = await fetch(`/api/sessions/${encodeURIComponent(session)}/handover`, { method: "POST" });
      if (!answer.ok) throw new Error(String(answer.status));
      shown.path = ((await answer.json()) as { url: string }).url;
    } catch {
      shown.failed = true;
    }
    if (this.handover === shown) this.handover = { ...shown };
  }

  private chooseLocale(event: CustomEvent<Locale>): void {
    this.locale.choose(event.detail);
    this.client?.setLocale(event.detail);
    this.settingsTouched();
  }

  private setLargeText(on: boolean): void {
    this.largeText = on;
    document.documentElement.toggleAttribute("data-large", on);
  }

  private setContrast(on: boolean): void {
    this.contrast = on;
    if (on) document.documentElement.dataset["theme"] = "contrast";
    else document.documentElement.dataset["theme"] = "light";
  }

  private seconds(name: string, usual: number): number {
    const given = Number(this.settings.get(name));
    return given > 0 ? given : usual;
  }
}

function show(dialog: HTMLDialogElement | null, wanted: boolean): void {
  if (!dialog || dialog.open === wanted) return;
  if (wanted) dialog.showModal();
  else dialog.close();
}
