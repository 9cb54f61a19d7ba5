import type { ReactiveController, ReactiveControllerHost } from "lit";
import { fromBrowser, isLocale } from "../i18n/texts";
import type { Locale } from "../protocol/frames";

const KEY = "lobby.locale";

/** The locale of a whole page of ours: `<html lang>` and title follow it, the choice is kept for the next page. */
export class PageLocale implements ReactiveController {
  current: Locale;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly title: (locale: Locale) => string,
    private readonly options: { remember: boolean; usual: string | null } = { remember: true, usual: null },
  ) {
    host.addController(this);
    this.current = (options.remember ? kept() : null) ?? this.usual();
    this.apply();
  }

  hostConnected(): void {}

  readonly chosen = (event: CustomEvent<Locale>): void => this.choose(event.detail);

  choose(locale: Locale): void {
    this.current = locale;
    this.apply();
    if (!this.options.remember) return;
    try {
      localStorage.setItem(KEY, locale);
    } catch {
      // Storage is blocked: the choice lasts as long as the page.
    }
  }

  /** Back to what the page began with, for the next person at a kiosk. */
  reset(): void {
    this.current = this.usual();
    this.apply();
  }

  private usual(): Locale {
    return isLocale(this.options.usual) ? this.options.usual : fromBrowser(navigator.languages);
  }

  private apply(): void {
    document.documentElement.lang = this.current;
    document.title = this.title(this.current);
    this.host.requestUpdate();
  }
}

function kept(): Locale | null {
  try {
    const value = localStorage.getItem(KEY);
    return isLocale(value) ? value : null;
  } catch {
    return null;
  }
}
