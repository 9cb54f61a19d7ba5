import { LitElement, css, html } from "lit";
import { property, query, state } from "lit/decorators.js";
import type { StaffTicket, StaffWindow } from "../api/types";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { panelStyle } from "./panel-style";

export interface Destination {
  service_id: string | null;
  window_id: string | null;
}

/** Where the current ticket goes on. Dispatches `transfer` with a Destination as detail. */
@element("lobby-transfer")
export class TransferDialog extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property({ attribute: false }) windows: readonly StaffWindow[] = [];
  /** The window that sends the customer on. */
  @property() from = "";
  @state() private ticket: StaffTicket | null = null;
  @state() private service = "";
  @state() private target = "";
  @query("dialog") private dialog!: HTMLDialogElement;

  static override styles = [
    shared,
    panelStyle,
    css`
      dialog {
        width: min(26rem, calc(100vw - 2rem));
        padding: 1.5rem;
        border: 0;
        border-radius: 20px;
        background: var(--lobby-surface);
        color: var(--lobby-ink);
      }
      dialog::backdrop {
        background: rgb(10 20 18 / 55%);
      }
      h2 {
        margin: 0 0 1rem;
        font-size: 1.1rem;
      }
      label {
        display: block;
        margin: 0.8rem 0 0.3rem;
        font-weight: 600;
      }
      .actions {
        display: flex;
        justify-content: flex-end;
        gap: 0.8rem;
        margin-top: 1.5rem;
      }
    `,
  ];

  async open(ticket: StaffTicket): Promise<void> {
    this.ticket = ticket;
    this.service = "";
    this.target = "";
    await this.updateComplete;
    this.dialog.showModal();
  }

  override render() {
    const texts = staffTexts[this.locale].windows;
    const words = texts.transferDialog;
    return html`
      <dialog aria-labelledby="title" data-testid="transfer-dialog">
        <h2 id="title">${words.title(this.ticket?.number ?? "")}</h2>
        <label for="service">${words.service}</label>
        <select id="service" data-testid="transfer-service" .value=${this.service} @change=${this.chooseService}>
          <option value="">${words.sameService}</option>
          ${this.services.map(({ id, label }) => html`<option value=${id}>${label[this.locale]}</option>`)}
        </select>
        <label for="target">${words.window}</label>
        <select
          id="target"
          data-testid="transfer-window"
          .value=${this.target}
          @change=${(event: Event) => (this.target = (event.target as HTMLSelectElement).value)}
        >
          <option value="">${words.anyWindow}</option>
          ${this.targets.map(
            ({ id, label, state }) => html`<option value=${id}>${label[this.locale]} (${texts.states[state]})</option>`,
          )}
        </select>
        <div class="actions">
          <button type="button" @click=${() => this.dialog.close()}>${words.cancel}</button>
          <button
            type="button"
            class="primary"
            ?disabled=${!this.service && !this.target}
            data-testid="transfer-submit"
            @click=${this.submit}
          >
            ${words.submit}
          </button>
        </div>
      </dialog>
    `;
  }

  /** All that any window does, but for what the ticket waits for already. */
  private get services() {
    const all = new Map(this.windows.flatMap(({ services }) => services).map((service) => [service.id, service]));
    return [...all.values()].filter(({ id }) => id !== this.ticket?.service_id);
  }

  /** The windows that do what was chosen. */
  private get targets(): readonly StaffWindow[] {
    const wanted = this.service || this.ticket?.service_id;
    return this.windows.filter(
      ({ id, state, services }) =>
        id !== this.from && state !== "closed" && services.some((service) => service.id === wanted),
    );
  }

  private chooseService(event: Event): void {
    this.service = (event.target as HTMLSelectElement).value;
    if (!this.targets.some(({ id }) => id === this.target)) this.target = "";
  }

  private submit(): void {
    this.dialog.close();
    const detail: Destination = { service_id: this.service || null, window_id: this.target || null };
    this.dispatchEvent(new CustomEvent<Destination>("transfer", { detail }));
  }
}
