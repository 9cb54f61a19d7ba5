import { LitElement, css, html, nothing } from "lit";
import { request } from "../api/http";
import { Resource } from "../api/resource";
import type { Branch, Complaint } from "../api/types";
import { commonTexts } from "../i18n/common";
import { complaintTexts } from "../i18n/complaint";
import { element } from "../parts/element";
import { followStyle } from "../parts/follow-style";
import { FALLBACK_ZONE, calendarDate, dayAndTime } from "../parts/format";
import "../parts/languages";
import { Live } from "../parts/live";
import { PageLocale } from "../parts/page-locale";
import { shared } from "../style/shared";

// The way of a complaint as its customer sees it; other states stand for the step they belong to.
const STEPS = ["received", "in_progress", "answered", "closed"] as const;
const STEP_OF: Record<string, (typeof STEPS)[number]> = { accepted: "received", assigned: "in_progress", withdrawn: "closed" };

/** A customer's own complaint, at /c/<code>. */
@element("lobby-complaint-page")
export class ComplaintPage extends LitElement {
  private readonly code = encodeURIComponent(location.pathname.split("/").at(-1) ?? "");
  private readonly locale = new PageLocale(this, (locale) => complaintTexts[locale].title);
  private readonly complaint = new Resource<Complaint>(this, () => request(`/api/complaints/${this.code}`));
  private readonly branch = new Resource<Branch>(this, () => request("/api/branch"));
  private readonly live = new Live(this, `/api/complaints/${this.code}/events`, this.complaint.reload);

  static override styles = [
    shared,
    followStyle,
    css`
      .number {
        margin: 0.2em 0 0;
        color: var(--lobby-accent);
        font-size: clamp(1.5rem, 7vw, 2rem);
        font-weight: 700;
        overflow-wrap: anywhere;
      }
      .days {
        display: inline-block;
        padding: 0 0.7em;
        border-radius: 1em;
        background: var(--lobby-accent-soft);
        color: var(--lobby-accent-strong);
        font-size: 0.9em;
        font-weight: 500;
        white-space: nowrap;
      }
      .days.late {
        background: var(--lobby-alert-soft);
        color: var(--lobby-alert);
      }
      h2 {
        margin: 0 0 0.8rem;
        font-size: 1rem;
      }
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        position: relative;
        padding: 0 0 1.4em 2em;
        color: var(--lobby-quiet);
      }
      li::before {
        content: "";
        position: absolute;
        left: 0.25em;
        top: 0.35em;
        width: 0.9em;
        height: 0.9em;
        border: 2px solid var(--lobby-control);
        border-radius: 50%;
        background: var(--lobby-surface);
      }
      li:not(:last-child)::after {
        content: "";
        position: absolute;
        left: 0.7em;
        top: 1.5em;
        bottom: -0.1em;
        width: 2px;
        background: var(--lobby-line);
      }
      li:last-child {
        padding-bottom: 0;
      }
      li.reached {
        color: var(--lobby-ink);
      }
      li.reached::before {
        border-color: var(--lobby-accent);
        background: var(--lobby-accent);
      }
      li[aria-current] {
        font-weight: 700;
      }
    `,
  ];

  override render() {
    const locale = this.locale.current;
    const texts = complaintTexts[locale];
    const common = commonTexts[locale];
    const complaint = this.complaint.value;
    const gone = this.complaint.error?.status === 404;
    return html`
      <header @locale-chosen=${this.locale.chosen}>
        <span class="branch">${this.branch.value?.name[locale] ?? ""}</span>
        <lobby-languages .locale=${locale}></lobby-languages>
      </header>
      <main>
        <div class="banner" role="status">${!gone && !this.live.live ? common.offline : nothing}</div>
        ${gone
          ? html`
              <div class="panel missing" data-testid="not-found">
                <h1>${texts.missing}</h1>
                <p class="quiet">${texts.missingHint}</p>
              </div>
            `
          : complaint
            ? this.renderComplaint(complaint)
            : html`<p role="status">${this.complaint.error ? common.unreachable : common.loading}</p>`}
      </main>
    `;
  }

  private renderComplaint(complaint: Complaint) {
    const locale = this.locale.current;
    const texts = complaintTexts[locale];
    const step = STEP_OF[complaint.state] ?? complaint.state;
    const reached = (STEPS as readonly string[]).indexOf(step);
    const settled = step === "answered" || step === "closed";
    return html`
      <section class="panel" data-testid="complaint" data-state=${complaint.state}>
        <h1>${texts.title}</h1>
        <p class="number" data-testid="complaint-number">${complaint.number}</p>
        <dl>
          <dt>${texts.received}</dt>
          <dd>${dayAndTime(complaint.received_at, locale, this.branch.value?.timezone ?? FALLBACK_ZONE)}</dd>
          <dt>${texts.due}</dt>
          <dd data-testid="complaint-due">
            ${calendarDate(complaint.due_on, locale)}
            ${settled
              ? nothing
              : html`<span class="days ${complaint.days_left < 0 ? "late" : ""}">${texts.daysLeft(complaint.days_left)}</span>`}
          </dd>
        </dl>
      </section>
      <section class="panel">
        <h2>${texts.progress}</h2>
        <ol role="list" aria-live="polite" data-testid="complaint-progress">
          ${STEPS.map(
            (each, index) => html`
              <li class=${index <= reached ? "reached" : ""} aria-current=${index === reached ? "step" : nothing}>
                ${index === reached ? this.stateName(complaint.state) : texts.states[each]}
              </li>
            `,
          )}
        </ol>
      </section>
      <p class="quiet">${texts.promise}</p>
    `;
  }

  private stateName(state: string): string {
    const { states } = complaintTexts[this.locale.current];
    return states[state as keyof typeof states] ?? state;
  }
}
