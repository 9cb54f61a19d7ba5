import { LitElement, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { chatTexts } from "../../i18n/chat";
import { element } from "../../parts/element";
import { calendarDate, grouped } from "../../parts/format";
import type { FeesCard, Locale } from "../../protocol/frames";
import { shared } from "../../style/shared";
import { cardStyle } from "./card";
import { tableStyle } from "./table";

@element("lobby-fees-card")
export class FeesCardElement extends LitElement {
  @property({ attribute: false }) card!: FeesCard;
  @property() locale: Locale = "zh-Hans";

  static override styles = [shared, cardStyle, tableStyle];

  override render() {
    const texts = chatTexts[this.locale];
    const { amount, columns, rows, source, valid_from, demo } = this.card;
    return html`
      <section class="card" lang=${this.locale} aria-label=${texts.fees.title} data-testid="card-fees">
        <h2>${texts.fees.title} ${amount ? html`<span class="quiet">${texts.fees.of(grouped(amount))}</span>` : nothing}</h2>
        <table>
          <caption class="hidden">
            ${texts.fees.title}
          </caption>
          <thead>
            <tr>
              <th scope="col">${texts.fees.channel}</th>
              ${columns.map((column) => html`<th scope="col">${column}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ channel, fees }) => html`
                <tr>
                  <th scope="row">${channel}</th>
                  ${fees.map((fee) => html`<td>${fee}</td>`)}
                </tr>
              `,
            )}
          </tbody>
        </table>
        <p class="quiet">
          ${texts.rates.asOf(calendarDate(valid_from, this.locale))} · ${texts.rates.source(source)}
        </p>
        ${demo ? html`<p class="quiet">${texts.rates.demo}</p>` : nothing}
      </section>
    `;
  }
}
