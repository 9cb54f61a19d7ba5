import { LitElement, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
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
import { chime, onFirstTouch } from "../parts/sound";
import { shared } from "../style/shared";
import { callKey, newCalls, shownCalls } from "./calls";
import { type Sentence, browserSpeaker, spelt } from "./speaker";

const FLASH_MS = 9000;
const SHOWN = 6;
const MUTED_KEY = "lobby.board.muted";

/** The display in the hall: who is called where, seen and heard, who was called before, how long it takes. */
@element("lobby-board")
export class BoardApp extends LitElement {
  @property({ type: Boolean, reflect: true }) flashing = false;
  @state() private fresh: ReadonlySet<string> = new Set();
  @state() private announced = "";
  @state() private now = new Date();
  /** Browsers speak only after somebody has touched the page or pressed a key. */
  @state() private touched = false;
  @state() private muted = localStorage.getItem(MUTED_KEY) !== null;

  private readonly locale = new PageLocale(this, (locale) => boardTexts[locale].title);
  private readonly board = new Resource<Board>(
    this,
    () => request("/api/board"),
    (value, before) => before && this.noteCalls(newCalls(value, before)),
  );
  private readonly branch = new Resource<Branch>(this, () => request("/api/branch"));
  private readonly live = new Live(this, "/api/board/events", this.board.reload);
  private readonly speaker = browserSpeaker();
  private clock: ReturnType<typeof setInterval> | undefined;
  private flash: ReturnType<typeof setTimeout> | undefined;
  private stopWaiting: (() => void) | undefined;

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-rows: auto 1fr;
        min-height: 100vh;
        min-height: 100dvh;
        padding: 1.5vmin 2.5vmin 2vmin;
        font-size: clamp(16px, 2.3vmin, 34px);
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5em 1.2em;
        margin-bottom: 0.5em;
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
      .quiet {
        color: var(--lobby-quiet);
      }
      /* Over the page, so that nothing moves. */
      footer {
        position: fixed;
        inset: auto 0 0;
        padding: 0.4em 2.5vmin;
        background: var(--lobby-page);
        color: var(--lobby-warn);
        font-weight: 600;
      }
      footer:empty {
        padding: 0;
      }
      main {
        display: grid;
        grid-template-columns: minmax(0, 2.9fr) minmax(0, 1fr);
        gap: 1em;
      }
      section {
        padding: 0.7em 0.9em;
        border: 1px solid var(--lobby-line);
        border-radius: 0.8em;
        background: var(--lobby-surface);
      }
      h2 {
        margin: 0 0 0.4em;
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
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 0.6em;
      }
      .call {
        padding: 0.3em 0.6em;
        border-radius: 0.6em;
        background: var(--lobby-sunken);
      }
      /* Read at 8 m: digits are 0.7 of the type's size, so these are over 12 % of a landscape screen's height. */
      .call b {
        display: block;
        color: var(--lobby-accent);
        font-size: min(18vh, 10.2vw);
        line-height: 0.95;
        font-variant-numeric: tabular-nums;
      }
      .call span {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        justify-content: space-between;
        gap: 0 0.5em;
        font-size: min(5vh, 2.8vw);
        font-weight: 600;
        line-height: 1.2;
      }
      .call small {
        color: var(--lobby-quiet);
        font-size: 0.6em;
        font-weight: 500;
      }
      .fresh {
        background: var(--lobby-accent);
      }
      .fresh :is(b, span) {
        color: var(--lobby-on-accent);
      }
      /* For who does not hear: the whole screen pulses, once a second and so below what can cause a seizure. */
      .frame {
        position: fixed;
        inset: 0;
        border: 1.4vmin solid var(--lobby-warn);
        background: rgb(127 224 203 / 18%);
        pointer-events: none;
        visibility: hidden;
      }
      :host([flashing]) .frame {
        visibility: visible;
        animation: pulse 1s infinite ease-in-out;
      }
      @keyframes pulse {
        50% {
          opacity: 0.15;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .frame {
          background: none;
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
        .calls {
          grid-template-columns: minmax(0, 1fr);
        }
        .call {
          display: grid;
          grid-template-columns: auto minmax(0, 1fr);
          align-items: center;
          gap: 1em;
        }
        .call b {
          font-size: min(8vh, 17vw);
        }
        .call span {
          justify-content: flex-end;
          font-size: min(3.2vh, 5vw);
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.clock = setInterval(() => (this.now = new Date()), 10_000);
    window.addEventListener("keydown", this.pressed);
    this.stopWaiting = onFirstTouch(() => {
      this.touched = true;
      this.voice();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.clock);
    clearTimeout(this.flash);
    this.stopWaiting?.();
    window.removeEventListener("keydown", this.pressed);
    this.speaker?.stop();
  }

  override render() {
    const locale = this.locale.current;
    const texts = boardTexts[locale];
    const board = this.board.value;
    const { loading, unreachable } = commonTexts[locale];
    return html`
      <header @locale-chosen=${this.locale.chosen}>
        <h1>${texts.title} <small>${board?.branch[locale] ?? ""}</small></h1>
        ${this.renderVoice()}
        <lobby-languages .locale=${locale}></lobby-languages>
        <time>${this.time(this.now.toISOString())}</time>
      </header>
      <main>
        ${board ? this.renderBoard(board) : html`<p>${this.board.error ? unreachable : loading}</p>`}
      </main>
      <footer role="status" data-testid="board-stale">${this.staleness()}</footer>
      <div class="frame"></div>
      <div class="hidden" role="status" aria-live="assertive" data-testid="announcement">${this.announced}</div>
    `;
  }

  private renderVoice() {
    const { voice } = boardTexts[this.locale.current];
    if (!this.speaker) return html`<span class="quiet">${voice.none}</span>`;
    if (!this.touched) {
      return html`<button type="button" class="primary" data-testid="voice-start">${voice.start}</button>`;
    }
    return html`
      <button type="button" aria-keyshortcuts="M" data-testid="voice-mute" @click=${this.toggleVoice}>
        ${this.muted ? voice.unmute : voice.mute}
      </button>
    `;
  }

  private renderBoard(board: Board) {
    const locale = this.locale.current;
    const texts = boardTexts[locale];
    const calling = new Set(board.calling.map(callKey));
    const before = board.last_calls.filter((call) => !calling.has(callKey(call))).slice(0, SHOWN);
    return html`
      <section data-testid="calling">
        <h2>${texts.nowCalling}</h2>
        ${board.calling.length === 0 ? html`<p class="empty">${texts.nobody}</p>` : nothing}
        <ul class="calls" role="list">
          ${repeat(shownCalls(board, SHOWN), callKey, (call) => this.renderCall(call))}
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

  private renderCall(call: Call) {
    const locale = this.locale.current;
    return html`
      <li class="call ${this.fresh.has(callKey(call)) ? "fresh" : ""}" data-testid="call">
        <b>${call.number}</b>
        <span>
          ${call.window.label[locale]}
          ${call.serving ? html`<small>${boardTexts[locale].serving}</small>` : nothing}
        </span>
      </li>
    `;
  }

  /** Nothing while the board is as fresh as can be. */
  private staleness(): string {
    if (this.live.live) return "";
    const locale = this.locale.current;
    const board = this.board.value;
    return board ? boardTexts[locale].stale(this.time(board.at)) : commonTexts[locale].offline;
  }

  private time(iso: string): string {
    return clockTime(iso, this.locale.current, this.branch.value?.timezone ?? FALLBACK_ZONE);
  }

  private noteCalls(called: readonly Call[]): void {
    if (called.length === 0) return;
    const locale = this.locale.current;
    this.fresh = new Set(called.map(callKey));
    this.flashing = true;
    const { announce } = boardTexts[locale];
    this.announced = called.map(({ number, window }) => announce(number, window.label[locale])).join("; ");
    clearTimeout(this.flash);
    this.flash = setTimeout(() => {
      this.fresh = new Set();
      this.flashing = false;
    }, FLASH_MS);
    if (this.muted) return;
    chime();
    for (const call of called) this.speaker?.say(call.number, sentences(call));
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    // The first key of all only turns the voice on.
    if (this.touched && event.key.toLowerCase() === "m") this.toggleVoice();
  };

  private readonly toggleVoice = (): void => {
    this.muted = !this.muted;
    if (this.muted) localStorage.setItem(MUTED_KEY, "");
    else localStorage.removeItem(MUTED_KEY);
    this.voice();
  };

  private voice(): void {
    if (this.touched && !this.muted) this.speaker?.start();
    else this.speaker?.stop();
  }
}

/** Mandarin, Cantonese, English; Cantonese is written as in the traditional text. */
function sentences(call: Call): Sentence[] {
  const number = spelt(call.number);
  const { label } = call.window;
  return [
    { language: "zh-CN", text: boardTexts["zh-Hans"].announce(number, label["zh-Hans"]) },
    { language: "zh-HK", text: boardTexts["zh-Hant"].announce(number, label["zh-Hant"]) },
    { language: "en", text: boardTexts.en.announce(number, label.en) },
  ];
}
