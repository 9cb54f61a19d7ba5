import { LitElement, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { chatTexts } from "../../i18n/chat";
import { element } from "../../parts/element";
import type { GuideCard, Locale } from "../../protocol/frames";
import { shared } from "../../style/shared";
import { cardStyle } from "./card";
import { scan } from "./scan";

@element("lobby-guide-card")
export class GuideCardElement extends LitElement {
  @property({ attribute: false }) card!: GuideCard;
  @property() locale: Locale = "zh-Hans";
  @property() base = "";
  @property({ type: Boolean }) kiosk = false;

  static override styles = [
    shared,
    cardStyle,
    css`
      ol {
        margin: 0;
        padding-inline-start: 1.5em;
      }
      li {
        padding: 0.2em 0 0.3em 0.2em;
      }
      .warning {
        margin: 0 0 0.8em;
        padding: 0.6em 0.8em;
        border-radius: 0.6em;
        background: var(--lobby-warn-soft);
        color: var(--lobby-warn);
      }
    `,
  ];

  override render() {
    const { title, steps, warning, address } = this.card;
    const texts = chatTexts[this.locale].guide;
    return html`
      <section class="card" lang=${this.locale} aria-label=${title} data-testid="card-guide">
        <h2>${title}</h2>
        ${warning ? html`<p class="warning"><b>${texts.mind}</b> ${warning}</p>` : nothing}
        <ol role="list">${steps.map((step) => html`<li>${step}</li>`)}</ol>
        ${scan({ base: this.base, path: address, hint: texts.scan, open: texts.open, kiosk: this.kiosk })}
      </section>
    `;
  }
}
