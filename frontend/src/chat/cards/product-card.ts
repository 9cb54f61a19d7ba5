import { LitElement, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { chatTexts } from "../../i18n/chat";
import { element } from "../../parts/element";
import type { Locale, ProductCard } from "../../protocol/frames";
import { shared } from "../../style/shared";
import { cardStyle } from "./card";

/** One of the bank's products: its facts, and what to mind before anything else is decided. */
@element("lobby-product-card")
export class ProductCardElement extends LitElement {
  @property({ attribute: false }) card!: ProductCard;
  @property() locale: Locale = "zh-Hans";

  static override styles = [
    shared,
    cardStyle,
    css`
      h2 {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0.2em 1em;
      }
      .mind {
        margin-top: 0.9em;
        padding: 0.6em 0.8em;
        border-radius: 0.6em;
        background: var(--lobby-warn-soft);
        color: var(--lobby-warn);
      }
      .mind strong {
        display: block;
        font-size: 0.875em;
      }
    `,
  ];

  override render() {
    const texts = chatTexts[this.locale].product;
    const { name, category, risk, minimum, term, about, caveat, source, demo } = this.card;
    return html`
      <section class="card" lang=${this.locale} aria-label="${category} ${name}" data-testid="card-product">
        <h2>${name} <span class="quiet">${category}</span></h2>
        <p>${about}</p>
        <dl>
          ${risk ? this.fact(texts.risk, texts.levels[risk as keyof typeof texts.levels] ?? risk) : nothing}
          ${minimum ? this.fact(texts.minimum, texts.yuan(minimum)) : nothing}
          ${term ? this.fact(texts.term, term) : nothing}
        </dl>
        ${caveat ? html`<p class="mind" role="note"><strong>${texts.mind}</strong>${caveat}</p>` : nothing}
        <p class="quiet">
          ${chatTexts[this.locale].rates.source(source)}${demo ? ` · ${chatTexts[this.locale].rates.demo}` : ""}
        </p>
      </section>
    `;
  }

  private fact(name: string, value: string) {
    return html`<dt>${name}</dt>
      <dd>${value}</dd>`;
  }
}
