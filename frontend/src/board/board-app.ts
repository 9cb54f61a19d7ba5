import { LitElement, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { request } from "../api/http";
import { Resource } from "../api/resource";
import type { Board, Branch, Call } from "../api/types";
import { boardTexts } from "../i18n/board";
import { commonTexts } from "../i18n/common";
import { element } from "../parts/element";
import { FALLBACK_ZONE, clockTime } from "../parts/format";
import "../parts/languages";
import { Live } from "../parts/live";
import { PageLocale } from "../parts/page-locale";
import { shared } from "../style/shared";

const FLASH_MS = 9000;
const SHOWN = 6;

/** The display in the hall: who is called where, who was called before, how long it takes. */
@element("lobby-board")
export class BoardApp extends LitElement {
  @state() private fresh: ReadonlySet<string> = new Set();
  @state() private spoken = "";
  @state() private now = new Date();

  private readonly locale = new PageLocale(this, (locale) => boardTexts[locale].title);
  private readonly board = new Resource<Board>(
    this,
    () => request("/api/board"),
    (value, before) => before && this.noteCalls(value, before),
  );
  private readonly branch = new Resource<Branch>(this, () => request("/api/branch"));
  private readonly live = new Live(this, "/api/board/events", this.board.reload);
  private clock: ReturnType<typeof setInterval> | undefined;
  private flash: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-rows: auto 1fr;
        min-height: 100vh;
        min-height: 100dvh;
        padding: 2vmin 3vmin 3vmin;
        font-size: clamp(16px, 2.3vmin, 34px);
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5em 1.2em;
        margin-bottom: 0.8em;
      }
      h1 {
        flex: 1;
        margin: 0;
        font-size: 1.5em;
      }
      h1 small {
        color: var(--lobby-quiet);
        font-size: 0.65em;
        font-weight: 500;
      }
      time {
        font-size: 1.5em;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .offline {
        color: var(--lobby-warn);
      }
      main {
        display: grid;
        grid-template-columns: minmax(0, 1.7fr) minmax(0, 1fr);
        gap: 1em;
      }
      section {
        padding: 1em 1.2em;
        border: 1px solid var(--lobby-line);
        border-radius: 0.8em;
        background: var(--lobby-surface);
      }
      h2 {
        margin: 0 0 0.6em;
        color: var(--lobby-quiet);
        font-size: 1em;
        font-weight: 600;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .side {
        display: grid;
        grid-template-rows: auto auto;
        align-content: start;
        gap: 1em;
      }
      .calls {
        display: grid;
        gap: 0.6em;
      }
      .call {
        display: grid;
        grid-template-columns: 1.1fr 1fr;
        align-items: center;
        gap: 0.4em;
        padding: 0.4em 0.7em;
        border-radius: 0.6em;
        background: var(--lobby-sunken);
      }
      .call b {
        color: var(--lobby-accent);
        font-size: 2.9em;
        line-height: 1.2;
        font-variant-numeric: tabular-nums;
      }
      .call span {
        font-size: 1.9em;
        font-weight: 600;
        line-height: 1.25;
        text-align: end;
      }
      .fresh {
        background: var(--lobby-accent);
        animation: flash 1s 6 ease-in-out;
      }
      .fresh :is(b, span) {
        color: var(--lobby-on-accent);
      }
      @keyframes flash {
        50% {
          background: var(--lobby-accent-strong);
          box-shadow: 0 0 0 0.35em var(--lobby-accent-soft);
        }
      }
      .row {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 1em;
        padding: 0.4em 0;
        border-bottom: 1px solid var(--lobby-line);
      }
      .row:last-child {
        border: 0;
      }
      .row b {
        font-variant-numeric: tabular-nums;
      }
      .row small {
        color: var(--lobby-quiet);
        font-size: 0.85em;
      }
      .empty {
        color: var(--lobby-quiet);
        font-size: 1.3em;
      }
      @media (orientation: portrait) {
        main {
          grid-template-columns: minmax(0, 1fr);
          align-content: start;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.clock = setInterval(() => (this.now = new Date()), 10_000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.clock);
    clearTimeout(this.flash);
  }

  override render() {
    const locale = this.locale.current;
    const texts = boardTexts[locale];
    const board = this.board.value;
    return html`
      <header @locale-chosen=${this.locale.chosen}>
        <h1>${texts.title} <small>${board?.branch[locale] ?? ""}</small></h1>
        <span class="offline" role="status">${this.live.live ? nothing : commonTexts[locale].offline}</span>
        <lobby-languages .locale=${locale}></lobby-languages>
        <time>${clockTime(this.now.toISOString(), locale, this.branch.value?.timezone ?? FALLBACK_ZONE)}</time>
      </header>
      <main>
        ${board ? this.renderBoard(board) : html`<p>${this.board.error ? commonTexts[locale].unreachable : commonTexts[locale].loading}</p>`}
      </main>
      <div class="hidden" role="status" aria-live="assertive" data-testid="announcement">${this.spoken}</div>
    `;
  }

  private renderBoard(board: Board) {
    const locale = this.locale.current;
    const texts = boardTexts[locale];
    const calling = new Set(board.calling.map(key));
    const before = board.last_calls.filter((call) => !calling.has(key(call))).slice(0, SHOWN);
    return html`
      <section data-testid="calling">
        <h2>${texts.nowCalling}</h2>
        ${board.calling.length === 0 ? html`<p class="empty">${texts.nobody}</p>` : nothing}
        <ul class="calls" role="list">
          ${repeat(
            board.calling.slice(0, SHOWN),
            key,
            (call) => html`
              <li class="call ${this.fresh.has(key(call)) ? "fresh" : ""}" data-testid="call">
                <b>${call.number}</b>
                <span>${call.window.label[locale]}</span>
              </li>
            `,
          )}
        </ul>
      </section>
      <div class="side">
        <section data-testid="waits">
          <h2>${texts.waits}</h2>
          <ul role="list">
            ${board.groups.map(
              (group) => html`
                <li class="row">
                  <span><b>${group.letter}</b> ${group.label[locale]}</span>
                  <span>
                    ${texts.waiting(group.waiting)} <small>${texts.minutes(...group.wait_minutes)}</small>
                  </span>
                </li>
              `,
            )}
          </ul>
        </section>
        ${before.length > 0
          ? html`
              <section data-testid="last-calls">
                <h2>${texts.recent}</h2>
                <ul role="list">
                  ${before.map(
                    (call) => html`<li class="row"><b>${call.number}</b><span>${call.window.label[locale]}</span></li>`,
                  )}
                </ul>
              </section>
            `
          : nothing}
      </div>
    `;
  }

  private noteCalls(board: Board, before: Board): void {
    const known = new Set(before.calling.map(key));
    const called = board.calling.filter((call) => !known.has(key(call)));
    if (called.length === 0) return;
    const locale = this.locale.current;
    this.fresh = new Set(called.map(key));
    this.spoken = called.map((call) => boardTexts[locale].announce(call.number, call.window.label[locale])).join("; ");
    clearTimeout(this.flash);
    this.flash = setTimeout(() => (this.fresh = new Set()), FLASH_MS);
  }
}

/** A number called again is a new call. */
function key(call: Call): string {
  return `${call.number} ${call.called_at}`;
}
