import { LitElement, css, html } from "lit";
import { property } from "lit/decorators.js";
import type { VisitService } from "../api/types";
import { element } from "../parts/element";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { visitTexts } from "./texts";
import { visitStyle } from "./visit-style";

/** Step 1: what is to be done. Dispatches `service-chosen` with the service's id as detail. */
@element("lobby-visit-service")
export class ServiceStep extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property({ attribute: false }) services: readonly VisitService[] = [];
  @property() chosen: string | null = null;

  static override styles = [
    shared,
    visitStyle,
    css`
      ul {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr));
        gap: 0.8rem;
      }
      button {
        width: 100%;
        height: 100%;
        min-height: 4rem;
        font-size: 1.05rem;
      }
      button[aria-current="true"] {
        border-color: var(--lobby-accent);
        box-shadow: inset 0 0 0 1px var(--lobby-accent);
      }
    `,
  ];

  override render() {
    return html`
      <h1 tabindex="-1">${visitTexts[this.locale].chooseService}</h1>
      <ul class="list">
        ${this.services.map(
          ({ id, label }) => html`
            <li>
              <button
                type="button"
                aria-current=${id === this.chosen ? "true" : "false"}
                data-testid="service-${id}"
                @click=${() => this.dispatchEvent(new CustomEvent("service-chosen", { detail: id }))}
              >
                ${label[this.locale]}
              </button>
            </li>
          `,
        )}
      </ul>
    `;
  }
}
