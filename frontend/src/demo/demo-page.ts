import { LitElement, css, html } from "lit";
import { demoTexts } from "../i18n/demo";
import { element } from "../parts/element";
import "../parts/languages";
import { PageLocale } from "../parts/page-locale";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";

const CARDS = ["save", "queue", "safe"] as const;
const NAV = ["personal", "business", "branches", "about"] as const;

/** The home page of a bank that does not exist, to see the widget where it belongs. */
@element("lobby-demo")
export class DemoPage extends LitElement {
  private readonly locale = new PageLocale(this, (locale) => demoTexts[locale].title);

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      .wrap {
        max-width: 68rem;
        margin: 0 auto;
        padding: 0 1.5rem;
      }
      header {
        border-bottom: 1px solid var(--lobby-line);
        background: var(--lobby-surface);
      }
      header .wrap {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 2rem;
        padding-block: 0.8rem;
      }
      .logo {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        font-size: 1.25rem;
        font-weight: 700;
      }
      .logo svg {
        width: 2.2rem;
        height: 2.2rem;
      }
      nav {
        flex: 1;
        display: flex;
        flex-wrap: wrap;
        gap: 0.3rem 1.5rem;
        color: var(--lobby-quiet);
      }
      .hero {
        display: grid;
        grid-template-columns: 1.2fr 1fr;
        align-items: center;
        gap: 3rem;
        padding-block: clamp(2.5rem, 8vw, 6rem);
      }
      h1 {
        margin: 0;
        font-size: clamp(2rem, 5vw, 3.2rem);
        line-height: 1.25;
      }
      .lead {
        margin: 1rem 0 2rem;
        max-width: 30em;
        color: var(--lobby-quiet);
        font-size: 1.15rem;
      }
      .links {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.8rem 1.5rem;
      }
      .links .primary {
        padding-inline: 1.8em;
      }
      .hero svg {
        width: 100%;
        height: auto;
      }
      ul {
        display: grid;
        grid-template-columns: repeat(3, minmax(0, 1fr));
        gap: 1.2rem;
        margin: 0;
        padding: 0 0 3rem;
        list-style: none;
      }
      li {
        padding: 1.6rem;
        border: 1px solid var(--lobby-line);
        border-radius: 20px;
        background: var(--lobby-surface);
      }
      h2 {
        margin: 0 0 0.4rem;
        color: var(--lobby-accent);
        font-size: 1.15rem;
      }
      li p {
        margin: 0;
        color: var(--lobby-quiet);
      }
      footer {
        padding: 1.5rem 6rem 2rem 0;
        color: var(--lobby-quiet);
        font-size: 0.9rem;
      }
      @media (max-width: 760px) {
        nav {
          flex-basis: 100%;
          order: 1;
        }
        lobby-languages {
          margin-inline-start: auto;
        }
        header .wrap {
          column-gap: 0.5rem;
          padding-inline: 1rem;
        }
        .hero,
        ul {
          grid-template-columns: minmax(0, 1fr);
        }
        .hero svg {
          max-width: 20rem;
          margin: 0 auto;
        }
      }
    `,
  ];

  override render() {
    const locale = this.locale.current;
    const texts = demoTexts[locale];
    return html`
      <header @locale-chosen=${this.chooseLocale}>
        <div class="wrap">
          <div class="logo">
            <svg viewBox="0 0 48 48" aria-hidden="true">
              <circle cx="24" cy="24" r="22" fill="var(--lobby-accent)" />
              <path d="M12 20l12-8 12 8v3H12zM15 25h4v9h-4zM22 25h4v9h-4zM29 25h4v9h-4zM12 36h24v2H12z" fill="var(--lobby-on-accent)" />
            </svg>
            ${texts.bank}
          </div>
          <nav aria-label=${texts.nav.label}>${NAV.map((item) => html`<span>${texts.nav[item]}</span>`)}</nav>
          <lobby-languages .locale=${locale}></lobby-languages>
        </div>
      </header>
      <main class="wrap">
        <div class="hero">
          <div>
            <h1>${texts.headline}</h1>
            <p class="lead">${texts.lead}</p>
            <div class="links">
              <button type="button" class="primary" data-testid="try" @click=${this.try}>${texts.try}</button>
              <a href="/visit" data-testid="prepare">${texts.visit}</a>
              <a href="/board">${texts.board}</a>
              <a href="/kiosk">${texts.kiosk}</a>
            </div>
          </div>
          ${picture()}
        </div>
        <ul role="list">
          ${CARDS.map((card) => html`<li><h2>${texts.cards[card].title}</h2><p>${texts.cards[card].text}</p></li>`)}
        </ul>
      </main>
      <div class="wrap"><footer>${texts.note}</footer></div>
    `;
  }

  private try(): void {
    void document.querySelector("lobby-widget")?.show();
  }

  private chooseLocale(event: CustomEvent<Locale>): void {
    this.locale.choose(event.detail);
    document.querySelector("lobby-widget")?.useLocale(event.detail);
  }
}

/** A branch on a quiet street. */
function picture() {
  return html`
    <svg viewBox="0 0 420 300" aria-hidden="true">
      <circle cx="330" cy="78" r="40" fill="#e9a13b" opacity=".35" />
      <path d="M0 250q90-80 190-40t230-30v120H0z" fill="var(--lobby-accent-soft)" />
      <g fill="var(--lobby-surface)" stroke="var(--lobby-accent)" stroke-width="4" stroke-linejoin="round">
        <path d="M110 120l90-56 90 56v20H110z" />
        <rect x="122" y="140" width="156" height="112" />
        <rect x="182" y="178" width="36" height="74" fill="var(--lobby-accent-soft)" />
        <rect x="140" y="164" width="26" height="46" rx="4" fill="var(--lobby-accent-soft)" />
        <rect x="234" y="164" width="26" height="46" rx="4" fill="var(--lobby-accent-soft)" />
        <path d="M100 252h200" />
      </g>
      <circle cx="200" cy="104" r="13" fill="var(--lobby-accent)" />
      <g fill="var(--lobby-accent)">
        <circle cx="62" cy="196" r="30" opacity=".55" />
        <path d="M59 220h6v32h-6z" />
        <circle cx="352" cy="186" r="36" opacity=".4" />
        <path d="M349 216h6v36h-6z" />
      </g>
      <path d="M20 254h380" stroke="var(--lobby-accent)" stroke-width="4" stroke-linecap="round" />
    </svg>
  `;
}
