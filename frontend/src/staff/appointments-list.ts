import { LitElement, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { Resource } from "../api/resource";
import type { List, StaffVisit } from "../api/types";
import { commonTexts } from "../i18n/common";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { clockTime, grouped } from "../parts/format";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { OnNews } from "./feed";
import { panelStyle } from "./panel-style";
import { staffGet } from "./staff-api";

/** Today's appointments by time: who is expected for what, with which papers, and who has come. */
@element("lobby-appointments")
export class AppointmentsList extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property() zone = "";

  private readonly visits = new Resource<List<StaffVisit>>(this, () => staffGet("/visits"));

  constructor() {
    super();
    new OnNews(this, ["visit"], this.visits.reload);
  }

  static override styles = [
    shared,
    panelStyle,
    css`
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0.1rem 0.8rem;
        padding: 0.6rem 1rem;
        border-bottom: 1px solid var(--lobby-line);
      }
      li > :not(time) {
        grid-column: 2;
      }
      time {
        grid-row: 1 / span 3;
        font-weight: 600;
        font-variant-numeric: tabular-nums;
      }
      .over {
        color: var(--lobby-quiet);
      }
      small {
        color: var(--lobby-quiet);
        font-size: 0.85rem;
      }
      .tag {
        justify-self: start;
      }
    `,
  ];

  override render() {
    const texts = staffTexts[this.locale].appointments;
    const items = this.visits.value?.items ?? [];
    return html`
      <section class="box">
        <div class="bar"><h2>${texts.title}</h2></div>
        <div class="scroll" tabindex="0" role="region" aria-label=${texts.title}>
          ${items.length > 0
            ? html`<ul role="list">${items.map((visit) => this.renderVisit(visit))}</ul>`
            : html`<p class="empty" role="status">${this.emptyText()}</p>`}
        </div>
      </section>
    `;
  }

  private renderVisit(visit: StaffVisit) {
    const texts = staffTexts[this.locale].appointments;
    const over = visit.state === "cancelled" || visit.state === "expired";
    const missing = visit.missing.map((paper) => paper[this.locale]).join(this.locale === "en" ? ", " : "、");
    return html`
      <li class=${over ? "over" : ""} data-testid="appointment">
        <time datetime=${visit.slot}>${clockTime(visit.slot, this.locale, this.zone)}</time>
        <span>${visit.service[this.locale]}${visit.amount ? html` · ¥${grouped(visit.amount)}` : nothing}</span>
        ${over ? nothing : html`<small>${visit.complete ? texts.complete : texts.missing(missing)}</small>`}
        <span class="tag ${visit.ticket_number ? "good" : ""}">
          ${visit.ticket_number ? texts.came(visit.ticket_number) : texts.states[visit.state]}
        </span>
      </li>
    `;
  }

  private emptyText(): string {
    if (this.visits.error) return commonTexts[this.locale].unreachable;
    return this.visits.value ? staffTexts[this.locale].appointments.empty : commonTexts[this.locale].loading;
  }
}
