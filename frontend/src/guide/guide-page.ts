import { LitElement, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { request } from "../api/http";
import { Resource } from "../api/resource";
import type { Branch, Guide } from "../api/types";
import { chatTexts } from "../i18n/chat";
import { commonTexts } from "../i18n/common";
import { guideTexts } from "../i18n/guide";
import { element } from "../parts/element";
import { followStyle } from "../parts/follow-style";
import "../parts/languages";
import { PageLocale } from "../parts/page-locale";
import { shared } from "../style/shared";
import { keyMove, moved, screenOf, type Move } from "./screens";

/** What one screen says; a warning, where there is one, is the first. */
interface Screen {
  label: string;
  words: string;
  warns: boolean;
}

/** How a task is done at a machine, at /guide/<machine>/<task>: one step a screen, or all in a list. */
@element("lobby-guide-page")
export class GuidePage extends LitElement {
  /** From 0. Kept in the address, from 1, so that a page loaded again is where it was. */
  @state() private shown = 0;
  @state() private all = false;

  private readonly locale = new PageLocale(this, (locale) => guideTexts[locale].title);
  private readonly branch = new Resource<Branch>(this, () => request("/api/branch"));
  private readonly guide = new Resource<Guide>(
    this,
    () => request(`/api/machines/${location.pathname.split("/").slice(-2).join("/guides/")}`),
    (guide) => (this.shown = screenOf(location.hash, this.screens(guide).length)),
  );

  static override styles = [
    shared,
    followStyle,
    css`
      h1 {
        font-size: 1.4rem;
        line-height: 1.4;
      }
      .where {
        margin: 0.2em 0 1rem;
      }
      .able {
        margin: 0 0 1rem;
        font-weight: 600;
      }
      .able.none,
      .warning {
        padding: 0.8em 1em;
        border: 2px solid var(--lobby-alert);
        border-radius: 0.8em;
        background: var(--lobby-alert-soft);
        color: var(--lobby-alert);
        font-weight: 600;
      }
      .warning {
        margin: 0 0 1rem;
      }
      .warning b {
        display: block;
      }
      .one.warns {
        border-color: var(--lobby-alert);
        background: var(--lobby-alert-soft);
      }
      .warns :is(.count, .words) {
        color: var(--lobby-alert);
      }
      .warns .words {
        font-size: 1.5rem;
      }
      .one {
        display: flex;
        flex-direction: column;
        min-height: 17rem;
      }
      .count {
        margin: 0;
        color: var(--lobby-quiet);
        font-weight: 600;
      }
      .bar {
        height: 0.5rem;
        margin-top: 0.6rem;
        border-radius: 0.25rem;
        background: var(--lobby-sunken);
      }
      .bar div {
        height: 100%;
        border-radius: inherit;
        background: var(--lobby-accent);
      }
      .one > :first-child {
        flex: 1;
      }
      .words {
        margin: 1rem 0 0;
        font-size: clamp(1.8rem, 8vw, 2.6rem);
        font-weight: 700;
        line-height: 1.35;
        overflow-wrap: anywhere;
      }
      .moves {
        display: grid;
        grid-template-columns: 1fr 1fr;
        gap: 0.8rem;
        margin-top: 1rem;
      }
      .moves button {
        min-height: 4rem;
        font-size: 1.25rem;
      }
      /* Not disabled: the keyboard's focus must not get lost on it. */
      [aria-disabled="true"] {
        opacity: 0.5;
      }
      .mode {
        width: 100%;
        margin-top: 0.8rem;
      }
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
        counter-reset: step;
      }
      li {
        position: relative;
        padding: 0.7rem 0 0.7rem 3.2rem;
        border-bottom: 1px solid var(--lobby-line);
        font-size: 1.3rem;
        counter-increment: step;
      }
      li:last-child {
        border-bottom: 0;
      }
      li::before {
        content: counter(step);
        position: absolute;
        left: 0;
        top: 0.7rem;
        width: 2.2rem;
        height: 2.2rem;
        border-radius: 50%;
        background: var(--lobby-accent);
        color: var(--lobby-on-accent);
        font-weight: 700;
        line-height: 2.2rem;
        text-align: center;
      }
      @media (hover: none) {
        .keys {
          display: none;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", this.key);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("keydown", this.key);
  }

  protected override updated(): void {
    if (this.guide.value) document.title = this.guide.value.title[this.locale.current];
  }

  override render() {
    const locale = this.locale.current;
    const texts = guideTexts[locale];
    const common = commonTexts[locale];
    const guide = this.guide.value;
    return html`
      <header @locale-chosen=${this.locale.chosen}>
        <span class="branch">${this.branch.value?.name[locale] ?? ""}</span>
        <lobby-languages .locale=${locale}></lobby-languages>
      </header>
      <main>
        ${guide
          ? this.renderGuide(guide)
          : this.guide.error?.status === 404
            ? html`
                <div class="panel missing" data-testid="not-found">
                  <h1>${texts.missing}</h1>
                  <p class="quiet">${texts.missingHint}</p>
                </div>
              `
            : html`
                <p role="status">${this.guide.error ? common.unreachable : common.loading}</p>
                ${this.guide.error
                  ? html`<button type="button" @click=${this.guide.reload}>${common.retry}</button>`
                  : nothing}
              `}
      </main>
    `;
  }

  private renderGuide(guide: Guide) {
    const locale = this.locale.current;
    const texts = guideTexts[locale];
    const facts = [chatTexts[locale].rates.source(guide.source[locale]), guide.demo ? chatTexts[locale].rates.demo : ""];
    return html`
      <h1 data-testid="guide-title">${guide.title[locale]}</h1>
      <p class="quiet where">${texts.where(guide.machine_label[locale], guide.zone[locale])}</p>
      ${this.renderAble(guide)}
      ${this.all
        ? html`
            ${guide.warning ? html`<p class="warning"><b>${texts.mind}</b>${guide.warning[locale]}</p>` : nothing}
            <section class="panel" aria-label=${texts.steps}>
              <ol role="list" data-testid="all-steps">
                ${guide.steps.map((step) => html`<li>${step[locale]}</li>`)}
              </ol>
            </section>
          `
        : this.renderScreen(guide)}
      <button type="button" class="mode" data-testid="mode" @click=${() => (this.all = !this.all)}>
        ${this.all ? texts.one : texts.all}
      </button>
      <p class="quiet">${facts.filter(Boolean).join(" · ")}</p>
    `;
  }

  private renderAble(guide: Guide) {
    const locale = this.locale.current;
    const texts = guideTexts[locale];
    if (guide.able.length === guide.units) return nothing;
    return guide.able.length === 0
      ? html`<p class="able none" data-testid="able">${texts.none}</p>`
      : html`<p class="able" data-testid="able">${texts.able(guide.able.join(locale === "en" ? ", " : "、"))}</p>`;
  }

  private renderScreen(guide: Guide) {
    const texts = guideTexts[this.locale.current];
    const screens = this.screens(guide);
    const screen = screens[this.shown];
    const last = this.shown === screens.length - 1;
    return html`
      <section class="panel one ${screen?.warns ? "warns" : ""}" aria-label=${texts.steps}>
        <div aria-live="polite" aria-atomic="true">
          <p class="count" data-testid="count">${screen?.label}</p>
          <p class="words" data-testid="words">${screen?.words}</p>
        </div>
        <div class="bar" aria-hidden="true">
          <div style="width: ${((this.shown + 1) / screens.length) * 100}%"></div>
        </div>
      </section>
      <div class="moves">
        <button
          type="button"
          aria-disabled=${String(this.shown === 0)}
          data-testid="previous"
          @click=${() => this.go("previous")}
        >
          ${texts.previous}
        </button>
        <button type="button" class="primary" data-testid="next" @click=${() => this.go(last ? "first" : "next")}>
          ${last ? texts.again : texts.next}
        </button>
      </div>
      <p class="quiet keys">${texts.keys}</p>
    `;
  }

  private screens(guide: Guide): Screen[] {
    const locale = this.locale.current;
    const texts = guideTexts[locale];
    const warning = guide.warning ? [{ label: texts.mind, words: guide.warning[locale], warns: true }] : [];
    const steps = guide.steps.map((step, index) => ({
      label: texts.count(index + 1, guide.steps.length),
      words: step[locale],
      warns: false,
    }));
    return [...warning, ...steps];
  }

  private go(move: Move): void {
    if (!this.guide.value) return;
    this.shown = moved(this.shown, move, this.screens(this.guide.value).length);
    history.replaceState(null, "", `#${this.shown + 1}`);
  }

  private readonly key = (event: KeyboardEvent): void => {
    const move = keyMove(event);
    if (!move || this.all) return;
    event.preventDefault();
    this.go(move);
  };
}
