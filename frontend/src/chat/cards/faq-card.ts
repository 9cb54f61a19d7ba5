import { LitElement, css, html } from "lit";
import { property } from "lit/decorators.js";
import { chatTexts } from "../../i18n/chat";
import { calendarDate } from "../../parts/format";
import { element } from "../../parts/element";
import type { FaqCard, Locale } from "../../protocol/frames";
import { shared } from "../../style/shared";
import { cardStyle } from "./card";

@element("lobby-faq-card")
export class FaqCardElement extends LitElement {
  @property({ attribute: false }) card!: FaqCard;
  @property() locale: Locale = "zh-Hans";

  static override styles = [
    shared,
    cardStyle,
    css`
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
        counter-reset: step;
      }
      li {
        position: relative;
        padding: 0.25em 0 0.6em 2.4em;
        counter-increment: step;
      }
      li::before {
        content: counter(step);
        position: absolute;
        left: 0;
        top: 0.15em;
        width: 1.7em;
        height: 1.7em;
        border-radius: 50%;
        background: var(--lobby-accent-soft);
        color: var(--lobby-accent-strong);
        font-weight: 600;
        line-height: 1.7;
        text-align: center;
      }
    `,
  ];

  override render() {
    const { title, steps = [], source, valid_until, demo } = this.card;
    const texts = chatTexts[this.locale];
    const facts = [
      texts.rates.source(source),
      valid_until ? texts.faq.validUntil(calendarDate(valid_until, this.locale)) : "",
      demo ? texts.rates.demo : "",
    ];
    const origin = html`<p class="quiet">${facts.filter(Boolean).join(" · ")}</p>`;
    return steps.length === 0
      ? html`<div lang=${this.locale} data-testid="card-faq">${origin}</div>`
      : html`
          <section class="card" lang=${this.locale} aria-label=${title} data-testid="card-faq">
            <h2>${title}</h2>
            <ol role="list">${steps.map((step) => html`<li>${step}</li>`)}</ol>
            ${origin}
          </section>
        `;
  }
}
