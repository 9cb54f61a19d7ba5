import { LitElement, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { request } from "../api/http";
import type { TestedDays } from "../api/types";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { calendarDate, percent } from "../parts/format";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";

/** How the waits that customers were told came out, day by day; nothing until there is a day to tell of. */
@element("lobby-estimates")
export class EstimatesElement extends LitElement {
  @property() locale: Locale = "zh-Hans";

  @state() private days: TestedDays["items"] = [];

  static override styles = [
    shared,
    css`
      table {
        border-collapse: collapse;
      }
      caption {
        text-align: start;
        font-weight: 600;
        padding-block: 0.4em;
      }
      th,
      td {
        padding: 0.25em 1.2em 0.25em 0;
        text-align: start;
        font-weight: normal;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  override render() {
    if (this.days.length === 0) return nothing;
    const texts = staffTexts[this.locale].estimates;
    return html`
      <table data-testid="estimates">
        <caption>
          ${texts.title}
        </caption>
        <thead>
          <tr>
            <th scope="col">${texts.day}</th>
            <th scope="col">${texts.tickets}</th>
            <th scope="col">${texts.coverage}</th>
            <th scope="col">${texts.error}</th>
          </tr>
        </thead>
        <tbody>
          ${this.days.map(
            (day) => html`
              <tr>
                <td>${calendarDate(day.day, this.locale)}</td>
                <td>${day.tickets}</td>
                <td>${percent(day.coverage)}</td>
                <td>${texts.minutes(day.mean_absolute_error)}</td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `;
  }

  private async load(): Promise<void> {
    try {
      this.days = (await request<TestedDays>("/api/staff/estimates")).items;
    } catch {
      this.days = [];
    }
  }
}
