import { LitElement, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { chatTexts } from "../../i18n/chat";
import { calendarDate, grouped } from "../../parts/format";
import { element } from "../../parts/element";
import type { Locale, RatesCard } from "../../protocol/frames";
import { shared } from "../../style/shared";
import { cardStyle } from "./card";
import { tableStyle } from "./table";

@element("lobby-rates-card")
export class RatesCardElement extends LitElement {
  @property({ attribute: false }) card!: RatesCard;
  @property() locale: Locale = "zh-Hans";

  static override styles = [shared, cardStyle, tableStyle];

  override render() {
    const texts = chatTexts[this.locale].rates;
    const { currency, rows, source, valid_from, demo, result } = this.card;
    return html`
      <section class="card" lang=${this.locale} aria-label=${texts.title} data-testid="card-rates">
        <h2>${texts.title} <span class="quiet">${currency}</span></h2>
        ${result
          ? html`
              <dl>
                <dt>${texts.interest}</dt>
                <dd class="result">${grouped(result.interest)}</dd>
                <dt>${texts.total}</dt>
                <dd>${grouped(result.total)}</dd>
              </dl>
            `
          : nothing}
        <table>
          <thead>
            <tr>
              <th scope="col">${texts.term}</th>
              <th scope="col">${texts.rate}</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ product, term, rate, minimum }) => html`
                <tr>
                  <th scope="row">${product} ${term} <small>${texts.from(minimum)}</small></th>
                  <td>${rate}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
        <p class="quiet">${texts.asOf(calendarDate(valid_from, this.locale))} · ${texts.source(source)}</p>
        ${demo ? html`<p class="quiet">${texts.demo}</p>` : nothing}
      </section>
    `;
  }
}
