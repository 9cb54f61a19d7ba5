import { LitElement, html, nothing, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import { Resource } from "../api/resource";
import type { List, StaffComplaint, StaffComplaintLine } from "../api/types";
import { chatTexts } from "../i18n/chat";
import { commonTexts } from "../i18n/common";
import { complaintTexts } from "../i18n/complaint";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { calendarDate, dayAndTime } from "../parts/format";
import { maskedText } from "../parts/masked-text";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { OnNews } from "./feed";
import { panelStyle } from "./panel-style";
import { staffGet } from "./staff-api";

const SOON_DAYS = 3;

/** Complaints, the one that is due first on top, and the one that is open. */
@element("lobby-complaints")
export class ComplaintsPanel extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property() zone = "";
  /** Number of the open complaint. */
  @property() chosen = "";
  @state() private file: StaffComplaint | null = null;

  private readonly complaints = new Resource<List<StaffComplaintLine>>(this, () => staffGet("/complaints"));

  constructor() {
    super();
    new OnNews(this, ["complaint"], () => {
      void this.complaints.reload();
      void this.open();
    });
  }

  static override styles = [shared, panelStyle];

  protected override willUpdate(before: PropertyValues<this>): void {
    if (before.has("chosen")) void this.open();
  }

  override render() {
    const texts = staffTexts[this.locale].complaints;
    const lines = this.complaints.value?.items ?? [];
    return html`
      <div class="split ${this.chosen ? "chosen" : ""}">
        <section class="box" aria-label=${texts.list}>
          <div class="bar"><h2>${texts.list}</h2></div>
          <div class="scroll">
            ${lines.length > 0
              ? html`<ul role="list">${lines.map((line) => html`<li>${this.renderLine(line)}</li>`)}</ul>`
              : html`<p class="empty" role="status">${this.emptyText()}</p>`}
          </div>
        </section>
        <section class="box">
          ${this.file ? this.renderFile(this.file) : html`<p class="empty">${texts.choose}</p>`}
        </section>
      </div>
    `;
  }

  private renderLine(line: StaffComplaintLine) {
    return html`
      <button
        type="button"
        class="item"
        aria-current=${String(line.number === this.chosen)}
        data-testid="complaint"
        @click=${() => (location.hash = `complaints/${line.number}`)}
      >
        <span class="text" lang=${line.locale}>${maskedText(line.what, chatTexts[this.locale].hidden)}</span>
        <span class="meta">
          <b>${line.number}</b>
          <span>${this.stateName(line.state)}</span>
          <span>${staffTexts[this.locale].complaints.due} ${line.due_on}</span>
          ${this.renderLeft(line)}
        </span>
      </button>
    `;
  }

  private renderFile(file: StaffComplaint) {
    const texts = staffTexts[this.locale].complaints;
    const { hidden } = chatTexts[this.locale];
    const said = (text: string | null) => (text ? maskedText(text, hidden) : texts.none);
    return html`
      <div class="bar">
        <button type="button" class="back" @click=${() => (location.hash = "complaints")}>
          ${commonTexts[this.locale].back}
        </button>
        <h2>${file.number}</h2>
        <span class="tag good">${this.stateName(file.state)}</span>
        ${this.renderLeft(file)}
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label=${file.number} data-testid="complaint-file">
        <dl>
          <dt>${texts.received}</dt>
          <dd>${dayAndTime(file.received_at, this.locale, this.zone)}</dd>
          <dt>${texts.due}</dt>
          <dd>${calendarDate(file.due_on, this.locale)}</dd>
          <dt>${texts.what}</dt>
          <dd lang=${file.locale}>${said(file.what)}</dd>
          <dt>${texts.when}</dt>
          <dd>${said(file.when)}</dd>
          <dt>${texts.where}</dt>
          <dd>${said(file.where)}</dd>
          <dt>${texts.who}</dt>
          <dd>${said(file.who)}</dd>
          <dt>${texts.contact}</dt>
          <dd>${file.contact ?? texts.none}</dd>
          ${file.conversation
            ? html`
                <dt>${staffTexts[this.locale].sections.conversations}</dt>
                <dd><a href="#conversations/${file.conversation}">${staffTexts[this.locale].alerts.open}</a></dd>
              `
            : nothing}
        </dl>
      </div>
    `;
  }

  private renderLeft(line: StaffComplaintLine) {
    const tone = line.days_left < 0 ? "alert" : line.days_left <= SOON_DAYS ? "warn" : "";
    return html`<span class="tag ${tone}">${complaintTexts[this.locale].daysLeft(line.days_left)}</span>`;
  }

  private stateName(state: string): string {
    const { states } = complaintTexts[this.locale];
    return states[state as keyof typeof states] ?? state;
  }

  private emptyText(): string {
    if (this.complaints.error) return commonTexts[this.locale].unreachable;
    return this.complaints.value ? staffTexts[this.locale].complaints.empty : commonTexts[this.locale].loading;
  }

  private async open(): Promise<void> {
    const number = this.chosen;
    if (this.file?.number !== number) this.file = null;
    if (!number) return;
    const file = await staffGet<StaffComplaint>(`/complaints/${encodeURIComponent(number)}`).catch(() => null);
    if (this.chosen === number) this.file = file;
  }
}
