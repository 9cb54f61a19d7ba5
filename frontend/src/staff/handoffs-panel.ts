import { LitElement, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import type { Handoff } from "../api/types";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { clockTime } from "../parts/format";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { panelStyle } from "./panel-style";

/** Customers who have called for a person, first come first. */
@element("lobby-handoffs")
export class HandoffsPanel extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property() zone = "";
  @property({ attribute: false }) handoffs: readonly Handoff[] = [];

  static override styles = [
    shared,
    panelStyle,
    css`
      .box {
        align-self: start;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem 1rem;
        padding: 0.8rem 1rem;
        border-bottom: 1px solid var(--lobby-line);
      }
      li a {
        margin-inline-start: auto;
        padding: 0.4em 1.2em;
        border-radius: 0.75em;
        background: var(--lobby-accent);
        color: var(--lobby-on-accent);
        font-weight: 600;
        text-decoration: none;
      }
    `,
  ];

  override render() {
    const texts = staffTexts[this.locale].handoffs;
    return html`
      <section class="box" aria-label=${texts.list}>
        <div class="bar"><h2>${texts.list}</h2></div>
        ${this.handoffs.length > 0
          ? html`<ul role="list">${this.handoffs.map((handoff) => this.renderLine(handoff))}</ul>`
          : html`<p class="empty">${texts.empty}</p>`}
      </section>
    `;
  }

  private renderLine(handoff: Handoff) {
    const texts = staffTexts[this.locale];
    const minutes = Math.floor((Date.now() - Date.parse(handoff.at)) / 60_000);
    const reason = texts.handoffs.reasons[handoff.reason as keyof typeof texts.handoffs.reasons];
    return html`
      <li data-testid="handoff">
        ${handoff.place === null
          ? html`<span class="tag good">${handoff.joined_by_me ? texts.transcript.joined : texts.transcript.staff}</span>`
          : html`<b>${texts.handoffs.place(handoff.place)}</b>`}
        <span>${reason ?? texts.handoffs.reasons.other}</span>
        <span class="tag">${clockTime(handoff.at, this.locale, this.zone)}</span>
        ${handoff.place === null ? nothing : html`<span>${texts.handoffs.since(minutes)}</span>`}
        <a href="#conversations/${handoff.conversation}" data-testid="handoff-open">${texts.handoffs.open}</a>
      </li>
    `;
  }
}
