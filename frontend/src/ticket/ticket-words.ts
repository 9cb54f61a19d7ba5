/** What a ticket's page says: where it stands in one line, what to do now, and what the customer may ask for. */
import type { Ticket } from "../api/types";
import { ticketTexts } from "../i18n/ticket";
import { clockTime } from "../parts/format";
import type { Locale } from "../protocol/frames";

/** As they are asked of the server, too. */
export type Wish = "hold" | "here" | "delay" | "rejoin" | "cancel";

/** When and where the page is read; `zone` is the branch's time zone. */
export interface Reading {
  locale: Locale;
  zone: string;
  now: Date;
}

/** Whether the customer is away with the place kept. */
export function isHeld(ticket: Ticket, now: Date): boolean {
  return ticket.state === "waiting" && isAhead(ticket.held_until, now);
}

/** Whether the number still leads to a window. */
export function isOpen(ticket: Ticket): boolean {
  return ["waiting", "called", "serving", "parked"].includes(ticket.state);
}

export function wishes(ticket: Ticket, now: Date): Wish[] {
  if (ticket.state === "waiting") return isHeld(ticket, now) ? ["here", "cancel"] : ["hold", "delay", "cancel"];
  if (ticket.state === "no_show") return isAhead(ticket.rejoin_until, now) ? ["rejoin"] : [];
  return [];
}

export function headline(ticket: Ticket, { locale, zone, now }: Reading): string {
  const texts = ticketTexts[locale].headline;
  const window = ticket.window?.label[locale] ?? "";
  switch (ticket.state) {
    case "waiting":
      if (ticket.held_until && isHeld(ticket, now)) return texts.held(clockTime(ticket.held_until, locale, zone));
      return ticket.ahead === 0 && ticket.open_windows > 0 ? texts.next : texts.waiting;
    case "called":
    case "serving":
      return texts[ticket.state](window);
    default:
      return texts[ticket.state];
  }
}

export function todo(ticket: Ticket, { locale, zone, now }: Reading): string {
  const texts = ticketTexts[locale].todo;
  switch (ticket.state) {
    case "waiting":
      if (isHeld(ticket, now)) return texts.held;
      if (ticket.open_windows === 0) return texts.noWindow;
      return ticket.ahead === 0 ? texts.next(ticket.zone[locale]) : texts.waiting;
    case "serving":
      return ticket.further.length > 0 ? texts.servingFurther : texts.serving;
    case "no_show":
      return ticket.rejoin_until && isAhead(ticket.rejoin_until, now)
        ? texts.rejoin(clockTime(ticket.rejoin_until, locale, zone))
        : texts.noShow;
    default:
      return texts[ticket.state];
  }
}

/** Whether the customer has just been called, for the first time or again. */
export function isNewCall(ticket: Ticket, before: Ticket): boolean {
  if (ticket.state !== "called") return false;
  return before.state !== "called" || ticket.calls > before.calls || ticket.called_at !== before.called_at;
}

function isAhead(iso: string | null, now: Date): boolean {
  return iso !== null && Date.parse(iso) > now.getTime();
}
