import { LitElement, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { Resource } from "../api/resource";
import type { Alert, List } from "../api/types";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { clockTime } from "../parts/format";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { OnNews } from "./feed";
import { staffGet, staffPost } from "./staff-api";

/** Emergencies and suspected fraud, on top of everything until somebody has seen them. */
@element("lobby-alerts")
export class AlertsBar extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property() zone = "";

  private readonly alerts = new Resource<List<Alert>>(this, () => staffGet("/alerts"));

  constructor() {
    super();
    new OnNews(this, ["alert"], this.alerts.reload);
  }

  static override styles = [
    shared,
    css`
      ul {
        display: grid;
        gap: 0.5rem;
        margin: 0 0 1rem;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.5rem 1rem;
        padding: 0.6rem 1rem;
        border: 2px solid var(--lobby-alert);
        border-radius: var(--lobby-radius);
        background: var(--lobby-alert-soft);
        color: var(--lobby-alert);
      }
      strong {
        flex: 1;
      }
      a {
        color: inherit;
      }
    `,
  ];

  override render() {
    const texts = staffTexts[this.locale].alerts;
    const items = this.alerts.value?.items ?? [];
    return html`
      <div role="alert" aria-label=${texts.label}>
        ${items.length === 0
          ? nothing
          : html`
              <ul role="list">
                ${items.map(
                  (alert) => html`
                    <li data-testid="alert">
                      <strong>
                        ${texts[alert.kind as keyof typeof texts] ?? alert.kind}
                        · ${clockTime(alert.at, this.locale, this.zone)}
                      </strong>
                      <a href="#conversations/${alert.conversation}">${texts.open}</a>
                      <button type="button" data-testid="alert-seen" @click=${() => this.see(alert.id)}>${texts.seen}</button>
                    </li>
                  `,
                )}
              </ul>
            `}
      </div>
    `;
  }

  private async see(id: number): Promise<void> {
    await staffPost(`/alerts/${id}/seen`).catch(() => {});
    await this.alerts.reload();
  }
}
