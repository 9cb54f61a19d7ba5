import { LitElement, css, html } from "lit";
import { property } from "lit/decorators.js";
import { chatTexts } from "../../i18n/chat";
import { element } from "../../parts/element";
import { calendarDate } from "../../parts/format";
import type { ComplaintCard, Locale } from "../../protocol/frames";
import { shared } from "../../style/shared";
import { cardStyle } from "./card";
import { scan } from "./scan";

@element("lobby-complaint-card")
export class ComplaintCardElement extends LitElement {
  @property({ attribute: false }) card!: ComplaintCard;
  @property() locale: Locale = "zh-Hans";
  @property() base = "";
  @property({ type: Boolean }) kiosk = false;

  static override styles = [
    shared,
    cardStyle,
    css`
      .card {
        border-top: 0.4em solid var(--lobby-accent);
      }
    `,
  ];

  override render() {
    const texts = chatTexts[this.locale].complaint;
    const { number, code, due_on } = this.card;
    return html`
      <section class="card" lang=${this.locale} aria-label="${texts.title} ${number}" data-testid="card-complaint">
        <h2>${texts.title}</h2>
        <dl>
          <dt>${texts.number}</dt>
          <dd>${number}</dd>
          <dt>${texts.due}</dt>
          <dd>${calendarDate(due_on, this.locale)}</dd>
        </dl>
        ${scan({ base: this.base, path: `/c/${code}`, hint: texts.scan, open: texts.open, kiosk: this.kiosk })}
      </section>
    `;
  }
}
