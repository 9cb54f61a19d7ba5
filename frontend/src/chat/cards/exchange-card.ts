import { LitElement, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { chatTexts } from "../../i18n/chat";
import { element } from "../../parts/element";
import { calendarDate, currencyName, grouped } from "../../parts/format";
import type { ExchangeCard, Locale } from "../../protocol/frames";
import { shared } from "../../style/shared";
import { cardStyle } from "./card";
import { tableStyle } from "./table";

@element("lobby-exchange-card")
export class ExchangeCardElement extends LitElement {
  @property({ attribute: false }) card!: ExchangeCard;
  @property() locale: Locale = "zh-Hans";

  static override styles = [shared, cardStyle, tableStyle];

  override render() {
    const texts = chatTexts[this.locale];
    const { rows, result, source, valid_from, demo } = this.card;
    return html`
      <section class="card" lang=${this.locale} aria-label=${texts.exchange.title} data-testid="card-exchange">
        <h2>${texts.exchange.title}</h2>
        ${result
          ? html`
              <dl>
                <dt>${currencyName(result.from, this.locale)}</dt>
                <dd>${grouped(result.amount)}</dd>
                <dt>${currencyName(result.to, this.locale)}</dt>
                <dd class="result">${grouped(result.result)}</dd>
              </dl>
            `
          : nothing}
        <table>
          <caption class="hidden">
            ${texts.exchange.title}
          </caption>
          <thead>
            <tr>
              <th scope="col">${texts.exchange.currency}</th>
              <th scope="col">${texts.exchange.buy}</th>
              <th scope="col">${texts.exchange.cash}</th>
              <th scope="col">${texts.exchange.sell}</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ currency, unit, buy, buy_cash, sell }) => html`
                <tr>
                  <th scope="row">${currencyName(currency, this.locale)} <small>${unit}</small></th>
                  <td>${buy}</td>
                  <td>${buy_cash}</td>
                  <td>${sell}</td>
                </tr>
              `,
            )}
          </tbody>
        </table>
        <p class="quiet">${texts.exchange.moves}</p>
        <p class="quiet">
          ${texts.rates.asOf(calendarDate(valid_from, this.locale))} · ${texts.rates.source(source)}
        </p>
        ${demo ? html`<p class="quiet">${texts.rates.demo}</p>` : nothing}
      </section>
    `;
  }
}
