import type { Locale } from "../protocol/frames";

const TAGS: Record<Locale, string> = { "zh-Hans": "zh-Hans-CN", "zh-Hant": "zh-Hant-TW", en: "en-GB" };

/** Until the branch has told its own. */
export const FALLBACK_ZONE = "Asia/Shanghai";

/** `iso` is UTC; shown as hours and minutes in the branch's `zone`. */
export function clockTime(iso: string, locale: Locale, zone: string): string {
  return new Intl.DateTimeFormat(TAGS[locale], { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: zone }).format(
    new Date(iso),
  );
}

/** `iso` is UTC; shown as day and time in the branch's `zone`. */
export function dayAndTime(iso: string, locale: Locale, zone: string): string {
  return new Intl.DateTimeFormat(TAGS[locale], {
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    timeZone: zone,
  }).format(new Date(iso));
}

/** A calendar date such as "2026-12-08", which has no zone. */
export function calendarDate(date: string, locale: Locale): string {
  return new Intl.DateTimeFormat(TAGS[locale], { year: "numeric", month: "long", day: "numeric", timeZone: "UTC" }).format(
    new Date(`${date.slice(0, 10)}T00:00:00Z`),
  );
}

/** 0.934 → "93%". */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** Characters as the server counts them: code points, not UTF-16 units. */
export function characters(text: string): number {
  return [...text].length;
}

/** "3712.50" → "3,712.50" */
export function grouped(amount: string): string {
  return amount.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ",");
}

/** "USD" → "美元". */
export function currencyName(code: string, locale: Locale): string {
  return new Intl.DisplayNames(TAGS[locale], { type: "currency" }).of(code) ?? code;
}
