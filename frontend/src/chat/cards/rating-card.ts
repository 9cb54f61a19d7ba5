import { LitElement, css, html } from "lit";
import { property, state } from "lit/decorators.js";
import { chatTexts } from "../../i18n/chat";
import { element } from "../../parts/element";
import type { Locale, Rate } from "../../protocol/frames";
import { shared } from "../../style/shared";
import { cardStyle } from "./card";

const SCORES = [1, 2, 3, 4, 5] as const;
// Mouths of five faces, from sad to glad.
const MOUTHS = ["M8 17q4-5 8 0", "M8 16.5q4-3 8 0", "M8 16h8", "M8 15q4 3 8 0", "M7.5 14.5q4.5 5.5 9 0"] as const;

/** Five faces. Dispatches `rated` with the score as detail. */
@element("lobby-rating-card")
export class RatingCardElement extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @state() private score: Rate["score"] | null = null;

  static override styles = [
    shared,
    cardStyle,
    css`
      div {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4em;
      }
      button {
        width: 3.2em;
        height: 3.2em;
        padding: 0.4em;
        border-color: transparent;
        border-radius: 50%;
      }
      button[aria-pressed="true"] {
        border-color: var(--lobby-accent);
        background: var(--lobby-accent-soft);
      }
      svg {
        display: block;
        fill: none;
        stroke: var(--lobby-accent);
        stroke-width: 1.6;
        stroke-linecap: round;
      }
    `,
  ];

  override render() {
    const texts = chatTexts[this.locale].rating;
    return html`
      <section class="card" lang=${this.locale} aria-label=${texts.ask} data-testid="card-rating">
        <h2>${texts.ask}</h2>
        <div role="group" aria-label=${texts.ask}>
          ${SCORES.map(
            (score, index) => html`
              <button
                type="button"
                aria-label=${texts.scores[score]}
                title=${texts.scores[score]}
                aria-pressed=${String(score === this.score)}
                data-testid="rate-${score}"
                @click=${() => this.rate(score)}
              >
                <svg viewBox="0 0 24 24" aria-hidden="true">
                  <circle cx="12" cy="12" r="10" />
                  <path d="M9 9.5v.5M15 9.5v.5" />
                  <path d=${MOUTHS[index] ?? ""} />
                </svg>
              </button>
            `,
          )}
        </div>
        <p class="quiet" role="status">${this.score === null ? "" : texts.thanks}</p>
      </section>
    `;
  }

  private rate(score: Rate["score"]): void {
    this.score = score;
    this.dispatchEvent(new CustomEvent("rated", { detail: score, bubbles: true, composed: true }));
  }
}
