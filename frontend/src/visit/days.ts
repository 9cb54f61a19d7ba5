import type { Locale } from "../protocol/frames";

const TAGS: Record<Locale, string> = { "zh-Hans": "zh-Hans-CN", "zh-Hant": "zh-Hant-TW", en: "en-GB" };

/** A calendar date such as "2026-11-24" with its weekday. */
export function dayName(date: string, locale: Locale): string {
  return named(new Date(`${date}T00:00:00Z`), locale, "UTC");
}

/** The day of a moment (ISO, UTC) in the branch's `zone`, with its weekday. */
export function dayOf(iso: string, locale: Locale, zone: string): string {
  return named(new Date(iso), locale, zone);
}

function named(date: Date, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(TAGS[locale], { month: "short", day: "numeric", weekday: "short", timeZone }).format(date);
}
