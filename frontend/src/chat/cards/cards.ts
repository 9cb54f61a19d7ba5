import { html, nothing } from "lit";
import type { Card, Locale, TicketCard } from "../../protocol/frames";
import "./complaint-card";
import "./exchange-card";
import "./faq-card";
import "./fees-card";
import "./guide-card";
import "./loan-card";
import "./place-card";
import "./product-card";
import "./rates-card";
import "./rating-card";
import "./request-card";
import "./ticket-card";
import "./visit-card";

export interface CardSetting {
  locale: Locale;
  /** Address of the server, "" on its own pages. */
  base: string;
  kiosk: boolean;
  /** The conversation, for what only its own device may do. */
  session: string | null;
  /** The newest state of a ticket, if a later one is known. */
  ticket: (code: string) => TicketCard | undefined;
}

/** The element for a card; nothing for a kind that this version does not know. */
export function renderCard(given: { kind: string }, { locale, base, kiosk, session, ticket }: CardSetting) {
  const card = given as Card;
  switch (card.kind) {
    case "ticket":
      return html`<lobby-ticket-card
        .card=${ticket(card.code) ?? card}
        .locale=${locale}
        .base=${base}
        ?kiosk=${kiosk}
        .session=${session}
      ></lobby-ticket-card>`;
    case "place":
      return html`<lobby-place-card .card=${card} .locale=${locale} .base=${base}></lobby-place-card>`;
    case "rates":
      return html`<lobby-rates-card .card=${card} .locale=${locale}></lobby-rates-card>`;
    case "loan":
      return html`<lobby-loan-card .card=${card} .locale=${locale}></lobby-loan-card>`;
    case "exchange":
      return html`<lobby-exchange-card .card=${card} .locale=${locale}></lobby-exchange-card>`;
    case "fees":
      return html`<lobby-fees-card .card=${card} .locale=${locale}></lobby-fees-card>`;
    case "faq":
      return html`<lobby-faq-card .card=${card} .locale=${locale}></lobby-faq-card>`;
    case "guide":
      return html`<lobby-guide-card .card=${card} .locale=${locale} .base=${base} ?kiosk=${kiosk}></lobby-guide-card>`;
    case "visit":
      return html`<lobby-visit-card .card=${card} .locale=${locale} .base=${base} ?kiosk=${kiosk}></lobby-visit-card>`;
    case "request":
      return html`<lobby-request-card .card=${card} .locale=${locale}></lobby-request-card>`;
    case "product":
      return html`<lobby-product-card .card=${card} .locale=${locale}></lobby-product-card>`;
    case "complaint":
      return html`<lobby-complaint-card
        .card=${card}
        .locale=${locale}
        .base=${base}
        ?kiosk=${kiosk}
      ></lobby-complaint-card>`;
    case "rating":
      return html`<lobby-rating-card .locale=${locale}></lobby-rating-card>`;
    default:
      return nothing;
  }
}
