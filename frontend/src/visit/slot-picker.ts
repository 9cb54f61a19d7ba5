import { LitElement, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { request } from "../api/http";
import { Resource } from "../api/resource";
import type { VisitSlots } from "../api/types";
import { commonTexts } from "../i18n/common";
import { element } from "../parts/element";
import { clockTime } from "../parts/format";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { dayName } from "./days";
import { visitTexts } from "./texts";
import { visitStyle } from "./visit-style";

/** Days and times that can be booked. Dispatches `slot-chosen` with the start (ISO, UTC) as detail. */
@element("lobby-slot-picker")
export class SlotPicker extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property() zone = "";
  @property() service = "";
  /** A sum of cash in yuan: large ones need a day or more. */
  @property() amount: string | null = null;
  @property({ type: Boolean }) busy = false;
  @state() private day: string | null = null;

  private readonly offer = new Resource<VisitSlots>(this, () => {
    const query = new URLSearchParams({ service: this.service });
    if (this.amount !== null) query.set("amount", this.amount);
    if (this.day !== null) query.set("day", this.day);
    return request(`/api/visits/slots?${query}`);
  });

  static override styles = [
    shared,
    visitStyle,
    css`
      .chips {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr));
        gap: 0.6rem;
        margin-bottom: 1.2rem;
      }
      button[aria-pressed="true"] {
        border-color: var(--lobby-accent);
        background: var(--lobby-accent-soft);
        color: var(--lobby-accent-strong);
        font-weight: 700;
      }
      h3 {
        margin: 0 0 0.5rem;
        font-size: 0.95rem;
      }
    `,
  ];

  /** Asks again what is free, after somebody else was quicker. */
  refresh(): void {
    void this.offer.reload();
  }

  override render() {
    const texts = visitTexts[this.locale];
    const common = commonTexts[this.locale];
    const offer = this.offer.value;
    if (!offer) return html`<p role="status">${this.offer.error ? common.unreachable : common.loading}</p>`;
    if (offer.days.length === 0) return html`<p data-testid="no-slots">${texts.noSlots}</p>`;
    return html`
      <h3 id="days">${texts.chooseDay}</h3>
      <div class="chips" role="group" aria-labelledby="days">
        ${offer.days.map(
          (day) => html`
            <button
              type="button"
              data-testid="day-${day}"
              aria-pressed=${String(day === offer.day)}
              @click=${() => this.show(day)}
            >
              ${dayName(day, this.locale)}
            </button>
          `,
        )}
      </div>
      <h3 id="times">${texts.chooseTime}</h3>
      <div class="chips" role="group" aria-labelledby="times" aria-busy=${String(this.offer.loading)}>
        ${offer.slots.map(
          (slot) => html`
            <button
              type="button"
              data-testid="slot"
              ?disabled=${slot.free === 0 || this.busy}
              @click=${() => this.dispatchEvent(new CustomEvent("slot-chosen", { detail: slot.at }))}
            >
              ${clockTime(slot.at, this.locale, this.zone)}${slot.free === 0 ? html` · ${texts.full}` : nothing}
            </button>
          `,
        )}
      </div>
    `;
  }

  private show(day: string): void {
    this.day = day;
    void this.offer.reload();
  }
}
