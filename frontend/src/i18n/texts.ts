import type { Locale } from "../protocol/frames";

/** The shape of a set of texts: a plain text stays one, a text with blanks keeps its arguments. */
export type Texts<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => string
    ? (...args: A) => string
    : T[K] extends string
      ? string
      : Texts<T[K]>;
};

/** A set of texts in every locale. zh-Hans is the measure: a key missing elsewhere does not compile. */
export type Catalogue<T> = Record<Locale, Texts<T>>;

export const LOCALES: readonly { locale: Locale; short: string; name: string }[] = [
  { locale: "zh-Hans", short: "简", name: "简体中文" },
  { locale: "zh-Hant", short: "繁", name: "繁體中文" },
  { locale: "en", short: "EN", name: "English" },
];

/** The locale that fits the browser's languages best; zh-Hans where none is ours. */
export function fromBrowser(languages: readonly string[]): Locale {
  for (const language of languages) {
    const tag = language.toLowerCase();
    if (/^zh\b.*(hant|tw|hk|mo)/.test(tag)) return "zh-Hant";
    if (tag.startsWith("zh")) return "zh-Hans";
    if (tag.startsWith("en")) return "en";
  }
  return "zh-Hans";
}

export function isLocale(value: unknown): value is Locale {
  return LOCALES.some((each) => each.locale === value);
}
