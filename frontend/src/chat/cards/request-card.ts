import { LitElement, css, html } from "lit";
import { property } from "lit/decorators.js";
import { chatTexts } from "../../i18n/chat";
import { element } from "../../parts/element";
import type { Locale, RequestCard } from "../../protocol/frames";
import { shared } from "../../style/shared";
import { cardStyle } from "./card";

/** What somebody in the hall asked staff for: who comes where, and how far it is. */
@element("lobby-request-card")
export class RequestCardElement extends LitElement {
  @property({ attribute: false }) card!: RequestCard;
  @property() locale: Locale = "zh-Hans";

  static override styles = [
    shared,
    cardStyle,
    css`
      .top {
        display: flex;
        align-items: baseline;
        justify-content: space-between;
        gap: 1em;
        flex-wrap: wrap;
      }
      h2 {
        margin-bottom: 0;
      }
      .state {
        padding: 0.15em 0.75em;
        border-radius: 1em;
        background: var(--lobby-accent-soft);
        color: var(--lobby-accent-strong);
        font-size: 0.875em;
        font-weight: 600;
      }
    `,
  ];

  override render() {
    const texts = chatTexts[this.locale].request;
    const { label, state, place, by } = this.card;
    return html`
      <section class="card" lang=${this.locale} aria-label=${label} data-testid="card-request">
        <div class="top">
          <h2>${label}</h2>
          <span class="state" data-testid="request-state">${texts.state[state]}</span>
        </div>
        <dl>
          <dt>${texts.place}</dt>
          <dd>${place}</dd>
          ${by ? html`<dt>${texts.by}</dt><dd>${by}</dd>` : ""}
        </dl>
      </section>
    `;
  }
}
