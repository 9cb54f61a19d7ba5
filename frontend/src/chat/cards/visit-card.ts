import { LitElement, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { element } from "../../parts/element";
import { grouped } from "../../visit/draft";
import { visitCardTexts } from "../../visit/card-texts";
import type { Locale, VisitCard } from "../../protocol/frames";
import { shared } from "../../style/shared";
import { cardStyle } from "./card";
import { scan } from "./scan";

@element("lobby-visit-card")
export class VisitCardElement extends LitElement {
  @property({ attribute: false }) card!: VisitCard;
  @property() locale: Locale = "zh-Hans";
  @property() base = "";
  @property({ type: Boolean }) kiosk = false;

  static override styles = [
    shared,
    cardStyle,
    css`
      .code {
        margin: 0;
        color: var(--lobby-accent);
        font-size: 1.8em;
        font-weight: 700;
        letter-spacing: 0.05em;
        white-space: nowrap;
      }
    `,
  ];

  override render() {
    const texts = visitCardTexts[this.locale];
    const { code, service, missing, complete, when, address } = this.card;
    return html`
      <section class="card" lang=${this.locale} aria-label="${texts.title} ${code}" data-testid="card-visit">
        <h2>${texts.title} · ${service}</h2>
        <p class="code" data-testid="visit-code">${grouped(code)}</p>
        ${complete
          ? html`<p>✓ ${texts.complete}</p>`
          : html`
              <p>${texts.missing}</p>
              <ul>
                ${missing.map((paper) => html`<li>${paper}</li>`)}
              </ul>
            `}
        ${when === null
          ? nothing
          : html`
              <dl>
                <dt>${texts.slot}</dt>
                <dd>${when}</dd>
              </dl>
            `}
        ${scan({ base: this.base, path: address, hint: texts.scan, open: texts.open, kiosk: this.kiosk })}
      </section>
    `;
  }
}
