import { LitElement, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { request } from "../api/http";
import { Resource } from "../api/resource";
import type { Branch, Handoff, List, Me } from "../api/types";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { FALLBACK_ZONE } from "../parts/format";
import "../parts/languages";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import "./alerts-bar";
import "./complaints-panel";
import "./conversations-panel";
import { OnNews, feed } from "./feed";
import "./handoffs-panel";
import "./machines-panel";
import "./requests-panel";
import { staffGet } from "./staff-api";
import "./tickets-panel";
import "./windows-panel";

const SECTIONS = ["conversations", "handoffs", "windows", "tickets", "requests", "machines", "complaints"] as const;
type Section = (typeof SECTIONS)[number];

/** The console of a signed-in member of staff; the open section and thing are in the address after `#`. */
@element("lobby-console")
export class Console extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property({ attribute: false }) me!: Me;
  @state() private section: Section = "conversations";
  @state() private chosen = "";

  private readonly branch = new Resource<Branch>(this, () => request("/api/branch"));
  private readonly handoffs = new Resource<List<Handoff>>(this, () => staffGet("/handoffs"));

  constructor() {
    super();
    new OnNews(this, ["person"], this.handoffs.reload);
  }

  static override styles = [
    shared,
    css`
      :host {
        display: grid;
        grid-template-rows: auto auto auto minmax(0, 1fr);
        height: 100vh;
        height: 100dvh;
        padding: 0 1rem 1rem;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem 1rem;
        padding: 0.7rem 0;
      }
      h1 {
        margin: 0;
        font-size: 1.1rem;
      }
      h1 small {
        color: var(--lobby-quiet);
        font-size: 0.8em;
        font-weight: 500;
      }
      .who {
        margin-inline-start: auto;
        color: var(--lobby-quiet);
      }
      nav {
        display: flex;
        gap: 0.3rem;
        margin-bottom: 1rem;
        overflow-x: auto;
        scrollbar-width: thin;
        border-bottom: 1px solid var(--lobby-line);
      }
      nav a {
        flex: none;
        padding: 0.6rem 1rem;
        border-bottom: 3px solid transparent;
        color: var(--lobby-ink);
        text-decoration: none;
      }
      nav a:focus-visible {
        outline-offset: -3px;
      }
      nav a[aria-current] {
        border-color: var(--lobby-accent);
        color: var(--lobby-accent);
        font-weight: 600;
      }
      @media (max-width: 500px) {
        header {
          column-gap: 0.4rem;
        }
        header lobby-languages {
          margin-inline-start: auto;
        }
        nav a {
          padding: 0.6rem 0.5rem;
        }
        .who,
        h1 small {
          display: none;
        }
      }
      .badge {
        margin-inline-start: 0.3em;
        padding: 0 0.5em;
        border-radius: 1em;
        background: var(--lobby-alert);
        color: var(--lobby-page);
        font-size: 0.85em;
        font-weight: 600;
      }
      main {
        display: grid;
        min-height: 0;
      }
      .stale {
        color: var(--lobby-warn);
        font-size: 0.9rem;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("hashchange", this.followAddress);
    this.followAddress();
    feed.start(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.followAddress);
    feed.end();
  }

  override render() {
    const texts = staffTexts[this.locale];
    return html`
      <header>
        <h1>${texts.title} <small>${this.branch.value?.name[this.locale] ?? ""}</small></h1>
        <span class="stale" role="status">${feed.live ? nothing : texts.notLive}</span>
        <span class="who">${this.me.display_name}</span>
        <lobby-languages .locale=${this.locale}></lobby-languages>
        <button type="button" data-testid="logout" @click=${() => this.dispatchEvent(new Event("sign-out"))}>${texts.logout}</button>
      </header>
      <lobby-alerts .locale=${this.locale} .zone=${this.zone}></lobby-alerts>
      <nav aria-label=${texts.sections.label}>${SECTIONS.map((section) => this.renderTab(section))}</nav>
      <main>${this.renderSection()}</main>
    `;
  }

  private renderTab(section: Section) {
    const waiting = section === "handoffs" ? this.waiting.filter((handoff) => handoff.place !== null).length : 0;
    return html`
      <a href="#${section}" aria-current=${section === this.section ? "page" : nothing} data-testid="section-${section}">
        ${staffTexts[this.locale].sections[section]}${waiting > 0 ? html`<span class="badge">${waiting}</span>` : nothing}
      </a>
    `;
  }

  private renderSection() {
    const { locale, zone, chosen } = this;
    switch (this.section) {
      case "conversations":
        return html`<lobby-conversations .locale=${locale} .zone=${zone} .chosen=${chosen}></lobby-conversations>`;
      case "handoffs":
        return html`<lobby-handoffs .locale=${locale} .zone=${zone} .handoffs=${this.waiting}></lobby-handoffs>`;
      case "windows":
        return html`<lobby-windows .locale=${locale}></lobby-windows>`;
      case "tickets":
        return html`<lobby-tickets .locale=${locale} .zone=${zone}></lobby-tickets>`;
      case "requests":
        return html`<lobby-requests .locale=${locale} .zone=${zone}></lobby-requests>`;
      case "machines":
        return html`<lobby-machines .locale=${locale} .zone=${zone} .chosen=${chosen}></lobby-machines>`;
      case "complaints":
        return html`<lobby-complaints .locale=${locale} .zone=${zone} .chosen=${chosen}></lobby-complaints>`;
    }
  }

  private get waiting(): readonly Handoff[] {
    return this.handoffs.value?.items ?? [];
  }

  private get zone(): string {
    return this.branch.value?.timezone ?? FALLBACK_ZONE;
  }

  private readonly followAddress = (): void => {
    const [section = "", chosen = ""] = location.hash.slice(1).split("/");
    this.section = SECTIONS.find((each) => each === section) ?? "conversations";
    this.chosen = decodeURIComponent(chosen);
  };
}
