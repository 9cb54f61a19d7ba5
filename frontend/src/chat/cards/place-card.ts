import { LitElement, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { chatTexts } from "../../i18n/chat";
import { element } from "../../parts/element";
import type { Locale, PlaceCard } from "../../protocol/frames";
import { shared } from "../../style/shared";
import { cardStyle } from "./card";

@element("lobby-place-card")
export class PlaceCardElement extends LitElement {
  @property({ attribute: false }) card!: PlaceCard;
  @property() locale: Locale = "zh-Hans";
  @property() base = "";

  static override styles = [
    shared,
    cardStyle,
    css`
      img {
        display: block;
        width: 100%;
        height: auto;
        border-radius: 0.6em;
        background: #fff;
      }
    `,
  ];

  override render() {
    const source = planSource(this.card.plan, this.base);
    return html`
      <section class="card" lang=${this.locale} aria-label=${this.card.label} data-testid="card-place">
        <h2>${this.card.label}</h2>
        ${source ? html`<img src=${source} alt=${chatTexts[this.locale].place.planOf(this.card.label)} />` : nothing}
      </section>
    `;
  }
}

/** An `<img>` source for a plan: an address on our own server, or an SVG as data. Null for anything else. */
export function planSource(plan: unknown, base: string): string | null {
  if (typeof plan !== "string") return null;
  if (plan.startsWith("/") && !plan.startsWith("//")) return base + plan;
  if (plan.startsWith("<svg")) return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(plan)}`;
  return null;
}
