import { LitElement, css, html } from "lit";
import { property } from "lit/decorators.js";
import { commonTexts } from "../i18n/common";
import { LOCALES } from "../i18n/texts";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { element } from "./element";

/** 简 / 繁 / EN. Dispatches `locale-chosen` with the locale as detail. */
@element("lobby-languages")
export class Languages extends LitElement {
  @property() locale: Locale = "zh-Hans";

  static override styles = [
    shared,
    css`
      :host {
        display: inline-block;
      }
      div {
        display: flex;
        gap: 0.25em;
        padding: 0.2em;
        border-radius: 0.9em;
        background: var(--lobby-sunken);
      }
      button {
        min-width: var(--lobby-target, 2.75em);
        min-height: var(--lobby-target, 2.75em);
        padding: 0.2em 0.6em;
        border: 0;
        border-radius: 0.7em;
        background: none;
        color: var(--lobby-ink);
      }
      button[aria-pressed="true"] {
        background: var(--lobby-surface);
        color: var(--lobby-accent);
        font-weight: 700;
        box-shadow: 0 0 0 1px var(--lobby-line);
      }
    `,
  ];

  override render() {
    return html`
      <div role="group" aria-label=${commonTexts[this.locale].language}>
        ${LOCALES.map(
          ({ locale, short, name }) => html`
            <button
              type="button"
              lang=${locale}
              aria-pressed=${String(locale === this.locale)}
              aria-label=${short === name ? name : `${short} ${name}`}
              data-testid="language-${locale}"
              @click=${() => this.choose(locale)}
            >
              ${short}
            </button>
          `,
        )}
      </div>
    `;
  }

  private choose(locale: Locale): void {
    this.dispatchEvent(new CustomEvent("locale-chosen", { detail: locale, bubbles: true, composed: true }));
  }
}
