import { LitElement, css, html, nothing } from "lit";
import { property, query, state } from "lit/decorators.js";
import { ApiError, post } from "../api/http";
import type { Visit, VisitService } from "../api/types";
import { element } from "../parts/element";
import { clockTime } from "../parts/format";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { dayOf } from "./days";
import { grouped } from "./draft";
import "./slot-picker";
import type { SlotPicker } from "./slot-picker";
import { problemText, visitTexts } from "./texts";
import { visitStyle } from "./visit-style";

/**
 * Step 3: the code, what is missing, the appointment. Dispatches `visit-changed` with the visit as the server answered
 * it, `change-papers`, and `another`.
 */
@element("lobby-visit-code")
export class CodeStep extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property() zone = "";
  @property({ attribute: false }) visit!: Visit;
  @property({ attribute: false }) service: VisitService | null = null;
  @state() private busy = false;
  @state() private picking = false;
  @state() private told: "givenUp" | null = null;
  @state() private problem = "";
  @query("dialog") private dialog!: HTMLDialogElement;
  @query("lobby-slot-picker") private picker!: SlotPicker | null;

  static override styles = [
    shared,
    visitStyle,
    css`
      .code {
        margin: 0;
        color: var(--lobby-accent);
        font-size: clamp(1.8rem, 9vw, 3rem);
        font-weight: 700;
        line-height: 1.2;
        font-variant-numeric: tabular-nums;
        letter-spacing: 0.06em;
        white-space: nowrap;
      }
      .quiet {
        color: var(--lobby-quiet);
        font-size: 0.9em;
      }
      .qr {
        display: block;
        width: 11rem;
        height: 11rem;
        margin: 1rem 0;
        border-radius: 12px;
        background: #fff;
      }
      section {
        margin-top: 1.5rem;
        padding-top: 1.2rem;
        border-top: 1px solid var(--lobby-line);
      }
      .warn {
        padding: 0.8em 1em;
        border-radius: 0.8em;
        background: var(--lobby-warn-soft);
        color: var(--lobby-warn);
      }
      .good {
        color: var(--lobby-accent-strong);
        font-weight: 600;
      }
      .more {
        margin-top: 1rem;
      }
      .missing {
        margin: 0;
        padding-left: 1.3em;
      }
      dialog {
        max-width: 22rem;
        padding: 1.5rem;
        border: 0;
        border-radius: 20px;
        background: var(--lobby-surface);
        color: var(--lobby-ink);
      }
      dialog::backdrop {
        background: rgb(10 20 18 / 55%);
      }
      @media print {
        button,
        .row,
        lobby-slot-picker {
          display: none;
        }
        .code {
          color: #000;
        }
      }
    `,
  ];

  override render() {
    const texts = visitTexts[this.locale];
    const { state: visitState } = this.visit;
    if (visitState === "cancelled" || visitState === "expired") {
      return html`
        <h1 tabindex="-1" data-testid="over">${texts.over[visitState]}</h1>
        <div class="row"><a href="/visit">${texts.startAnew}</a></div>
      `;
    }
    const open = visitState === "open";
    const { held } = this.visit;
    const mayNeed = this.service?.bring.filter((paper) => paper.when !== null && !held.includes(paper.id)) ?? [];
    return html`
      <h1 tabindex="-1">${texts.yourCode} · ${this.visit.service[this.locale]}</h1>
      <p class="code" data-testid="code">${grouped(this.visit.code)}</p>
      <p class="quiet">${texts.validUntil(this.lastDay())}</p>
      ${open ? this.renderUse() : this.renderTicket()}
      <section data-testid="papers">
        ${this.visit.complete
          ? html`<p class="good" data-testid="complete">✓ ${texts.complete}</p>`
          : html`
              <h2>${texts.missing}</h2>
              <ul class="missing" data-testid="missing">
                ${this.visit.missing.map((paper) => html`<li>${paper.label[this.locale]}</li>`)}
              </ul>
            `}
        ${open && mayNeed.length > 0
          ? html`
              <h2 class="more">${texts.mayNeed}</h2>
              <ul class="missing" data-testid="may-need">
                ${mayNeed.map(
                  (paper) => html`<li>${paper.label[this.locale]}<span class="quiet"> · ${paper.when?.[this.locale]}</span></li>`,
                )}
              </ul>
            `
          : nothing}
        ${open
          ? html`
              <div class="row">
                <button type="button" data-testid="change" @click=${() => this.tell("change-papers")}>${texts.change}</button>
              </div>
            `
          : nothing}
      </section>
      ${open && this.service?.appointments ? this.renderSlot() : nothing}
      <p class="problem" role="alert" data-testid="problem">${this.problem}</p>
      ${open ? this.renderActions() : nothing}
    `;
  }

  private renderUse() {
    const texts = visitTexts[this.locale];
    return html`
      <img class="qr" alt=${texts.qr} src="/api/qr.svg?path=${encodeURIComponent(`/v/${this.visit.code}`)}" />
      <p>${texts.atKiosk}</p>
    `;
  }

  private renderTicket() {
    const texts = visitTexts[this.locale];
    if (this.visit.ticket_code === null || this.visit.ticket_number === null) return nothing;
    return html`
      <p class="good" data-testid="ticket">${texts.ticket(this.visit.ticket_number)}</p>
      <p><a href="/t/${encodeURIComponent(this.visit.ticket_code)}">${texts.openTicket}</a></p>
    `;
  }

  private renderSlot() {
    const texts = visitTexts[this.locale];
    const { slot } = this.visit;
    const booked = slot === null ? "" : texts.booked(this.moment(slot));
    return html`
      <section data-testid="appointment">
        <h2>${texts.slot}</h2>
        ${this.visit.needs_booking ? html`<p class="warn" data-testid="needs-booking">${texts.needsBooking}</p>` : nothing}
        <p class=${slot === null ? "" : "good"} role="status" data-testid="slot-told">
          ${booked || (this.told ? texts[this.told] : this.visit.needs_booking ? "" : texts.noSlot)}
        </p>
        ${this.picking
          ? html`
              <lobby-slot-picker
                .locale=${this.locale}
                .zone=${this.zone}
                .service=${this.visit.service_id}
                .amount=${this.visit.fields["amount"] ?? null}
                .busy=${this.busy}
                @slot-chosen=${(event: CustomEvent<string>) => this.bookSlot(event.detail)}
              ></lobby-slot-picker>
            `
          : html`
              <div class="row">
                <button
                  type="button"
                  class=${slot === null ? "primary" : ""}
                  data-testid="pick"
                  @click=${() => (this.picking = true)}
                >
                  ${slot === null ? texts.book : texts.move}
                </button>
                ${slot === null
                  ? nothing
                  : html`
                      <button type="button" data-testid="give-up" ?disabled=${this.busy} @click=${() => this.bookSlot(null)}>
                        ${texts.giveUp}
                      </button>
                    `}
              </div>
            `}
      </section>
    `;
  }

  private renderActions() {
    const texts = visitTexts[this.locale];
    return html`
      <div class="row">
        <button type="button" data-testid="print" @click=${() => window.print()}>${texts.print}</button>
        <button type="button" data-testid="another" @click=${() => this.tell("another")}>${texts.another}</button>
        <button type="button" class="danger" data-testid="cancel" @click=${() => this.dialog.showModal()}>${texts.cancel}</button>
      </div>
      <dialog aria-labelledby="ask">
        <p id="ask">${texts.cancelAsk}</p>
        <div class="row">
          <button type="button" @click=${() => this.dialog.close()}>${texts.cancelNo}</button>
          <button type="button" class="danger" data-testid="cancel-yes" @click=${this.cancel}>${texts.cancelYes}</button>
        </div>
      </dialog>
    `;
  }

  private moment(iso: string): string {
    return `${dayOf(iso, this.locale, this.zone)} ${clockTime(iso, this.locale, this.zone)}`;
  }

  /** `valid_until` is the midnight after the last day. */
  private lastDay(): string {
    return dayOf(new Date(Date.parse(this.visit.valid_until) - 1).toISOString(), this.locale, this.zone);
  }

  private async bookSlot(at: string | null): Promise<void> {
    if (await this.change("slot", { at })) {
      this.picking = false;
      this.told = at === null ? "givenUp" : null;
    } else {
      this.picker?.refresh();
    }
  }

  private async cancel(): Promise<void> {
    this.dialog.close();
    await this.change("cancel");
  }

  /** Whether the server did it. */
  private async change(what: "slot" | "cancel", body?: unknown): Promise<boolean> {
    this.busy = true;
    this.problem = "";
    try {
      this.tell("visit-changed", await post<Visit>(`/api/visits/${encodeURIComponent(this.visit.code)}/${what}`, body));
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = problemText(error, this.locale);
      return false;
    } finally {
      this.busy = false;
    }
  }

  private tell(what: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}
