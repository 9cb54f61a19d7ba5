import { LitElement, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { chatTexts } from "../../i18n/chat";
import { element } from "../../parts/element";
import { calendarDate, grouped } from "../../parts/format";
import type { LoanCard, Locale } from "../../protocol/frames";
import { shared } from "../../style/shared";
import { cardStyle } from "./card";
import { tableStyle } from "./table";

@element("lobby-loan-card")
export class LoanCardElement extends LitElement {
  @property({ attribute: false }) card!: LoanCard;
  @property() locale: Locale = "zh-Hans";

  static override styles = [shared, cardStyle, tableStyle];

  override render() {
    const texts = chatTexts[this.locale];
    const { product, amount, term, rate, rows, source, valid_from, demo } = this.card;
    const lines = [
      [texts.loan.first, "first"],
      [texts.loan.last, "last"],
      [texts.loan.interest, "interest"],
      [texts.loan.total, "total"],
    ] as const;
    return html`
      <section class="card" lang=${this.locale} aria-label=${texts.loan.title} data-testid="card-loan">
        <h2>${texts.loan.title} <span class="quiet">${product}</span></h2>
        <p>${texts.loan.of(grouped(amount), term, rate)}</p>
        <table>
          <caption class="hidden">
            ${texts.loan.title}
          </caption>
          <thead>
            <tr>
              <th scope="col">${texts.loan.way}</th>
              ${rows.map(({ way }) => html`<th scope="col">${way}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${lines.map(
              ([label, key]) => html`
                <tr>
                  <th scope="row">${label}</th>
                  ${rows.map((row) => html`<td>${grouped(row[key])}</td>`)}
                </tr>
              `,
            )}
          </tbody>
        </table>
        <p class="quiet">${texts.loan.estimate}</p>
        <p class="quiet">
          ${texts.rates.asOf(calendarDate(valid_from, this.locale))} · ${texts.rates.source(source)}
        </p>
        ${demo ? html`<p class="quiet">${texts.rates.demo}</p>` : nothing}
      </section>
    `;
  }
}
