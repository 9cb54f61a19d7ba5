import { LitElement, css, html, nothing, type PropertyValues } from "lit";
import { property, state } from "lit/decorators.js";
import { keyed } from "lit/directives/keyed.js";
import { ApiError } from "../api/http";
import { Resource } from "../api/resource";
import type { List, StaffFault, StaffMachine, UnitHistory } from "../api/types";
import { commonTexts } from "../i18n/common";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { clockTime, dayAndTime } from "../parts/format";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { OnNews } from "./feed";
import { panelStyle } from "./panel-style";
import { staffGet, staffPost } from "./staff-api";

type StaffUnit = StaffMachine["units"][number];
type UnitState = StaffUnit["state"];

const STATES: readonly UnitState[] = ["in_order", "out_of_cash", "out_of_paper", "suspect", "broken", "closed"];

/** What customers report about machines, every unit with its state, and the unit that is open. */
@element("lobby-machines")
export class MachinesPanel extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property() zone = "";
  /** The open unit, such as "cash_machine:2". */
  @property() chosen = "";
  @state() private changes: UnitHistory["items"] | null = null;
  @state() private busy = false;
  @state() private saved = false;
  @state() private problem: "failed" | "conflict" | null = null;

  private readonly machines = new Resource<List<StaffMachine>>(this, () => staffGet("/machines"));
  private readonly faults = new Resource<List<StaffFault>>(this, () => staffGet("/faults"));

  constructor() {
    super();
    new OnNews(this, ["machine", "fault"], () => this.reload());
  }

  static override styles = [
    shared,
    panelStyle,
    css`
      :host {
        grid-template-rows: auto minmax(0, 1fr);
      }
      .split {
        grid-row: 2;
      }
      h3 {
        margin: 0;
        padding: 0.8rem 1rem 0.3rem;
        color: var(--lobby-quiet);
        font-size: 0.9rem;
      }
      .fault {
        padding: 0.8rem 1rem;
        border-bottom: 1px solid var(--lobby-line);
      }
      .fault.urgent {
        box-shadow: inset 4px 0 0 var(--lobby-alert);
      }
      .fault p {
        margin: 0 0 0.5rem;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .actions select {
        width: auto;
      }
      form {
        display: grid;
        gap: 0.5rem;
        padding: 1rem;
        border-bottom: 1px solid var(--lobby-line);
      }
      .told {
        margin: 0;
        padding: 0.5rem 1rem;
      }
      .told:empty {
        display: none;
      }
      form label {
        font-weight: 600;
      }
      form button {
        justify-self: start;
      }
    `,
  ];

  protected override willUpdate(before: PropertyValues<this>): void {
    if (!before.has("chosen")) return;
    this.changes = null;
    this.saved = false;
    this.problem = null;
    void this.loadHistory();
  }

  override render() {
    const texts = staffTexts[this.locale].machines;
    const machines = this.machines.value?.items;
    const open = machines?.find((machine) => machine.id === this.machineId);
    const unit = open?.units.find((each) => each.unit === this.unitNumber);
    return html`
      <p class="problem" role="alert">${this.problem ? staffTexts[this.locale][this.problem] : nothing}</p>
      <div class="split ${unit ? "chosen" : ""}">
        <section class="box" aria-label=${texts.list}>
          <div class="bar"><h2>${texts.list}</h2></div>
          <div class="scroll">
            ${this.renderFaults()}
            ${machines
              ? machines.map((machine) => this.renderMachine(machine))
              : html`<p class="empty" role="status">
                  ${this.machines.error ? commonTexts[this.locale].unreachable : commonTexts[this.locale].loading}
                </p>`}
          </div>
        </section>
        <section class="box">
          ${open && unit ? this.renderUnit(open, unit) : html`<p class="empty">${texts.choose}</p>`}
        </section>
      </div>
    `;
  }

  private renderFaults() {
    const texts = staffTexts[this.locale].machines;
    const faults = this.faults.value?.items ?? [];
    return html`
      <h3 id="faults">${texts.faults}</h3>
      ${faults.length > 0
        ? html`<ul role="list" aria-labelledby="faults">${faults.map((fault) => this.renderFault(fault))}</ul>`
        : html`<p class="empty">${texts.noFaults}</p>`}
    `;
  }

  private renderFault(fault: StaffFault) {
    const texts = staffTexts[this.locale].machines;
    const machine = fault.machine[this.locale];
    const units = Array.from({ length: fault.units }, (_, index) => index + 1);
    return html`
      <li class="fault ${fault.urgent ? "urgent" : ""}" data-testid="fault">
        <p>
          ${fault.urgent ? html`<span class="tag alert">${texts.urgent}</span>` : nothing}
          <b>${fault.fault[this.locale]}</b>
          · ${fault.unit === null ? machine : texts.unit(machine, fault.unit)}
          · ${clockTime(fault.at, this.locale, this.zone)}
          ${fault.conversation
            ? html`· <a href="#conversations/${fault.conversation}">${staffTexts[this.locale].alerts.open}</a>`
            : nothing}
        </p>
        <div class="actions">
          ${fault.unit === null
            ? html`
                <select aria-label=${texts.whichUnit} data-testid="fault-unit">
                  <option value="">${texts.whichUnit}</option>
                  ${units.map((unit) => html`<option value=${unit}>${texts.unit(machine, unit)}</option>`)}
                </select>
              `
            : nothing}
          <button type="button" ?disabled=${this.busy} data-testid="fault-confirm" @click=${(event: Event) => this.confirm(fault, event)}>
            ${texts.confirm}
          </button>
          <button type="button" ?disabled=${this.busy} data-testid="fault-dismiss" @click=${() => this.decide(fault, "dismiss")}>
            ${texts.dismiss}
          </button>
        </div>
      </li>
    `;
  }

  private renderMachine(machine: StaffMachine) {
    return html`
      <h3 id=${machine.id}>${machine.label[this.locale]} · ${machine.zone[this.locale]}</h3>
      <ul role="list" aria-labelledby=${machine.id}>
        ${machine.units.map((unit) => html`<li>${this.renderLine(machine, unit)}</li>`)}
      </ul>
    `;
  }

  private renderLine(machine: StaffMachine, unit: StaffUnit) {
    const texts = staffTexts[this.locale].machines;
    const key = `${machine.id}:${unit.unit}`;
    return html`
      <button
        type="button"
        class="item"
        aria-current=${String(key === this.chosen)}
        data-testid="unit-${machine.id}-${unit.unit}"
        @click=${() => (location.hash = `machines/${key}`)}
      >
        <span class="text">${texts.unit(machine.label[this.locale], unit.unit)}</span>
        <span class="meta">
          ${this.renderState(unit.state)}
          ${unit.reports > 0 ? html`<span class="tag warn">${texts.reports(unit.reports)}</span>` : nothing}
          ${unit.note ? html`<span>${unit.note}</span>` : nothing}
        </span>
      </button>
    `;
  }

  private renderUnit(machine: StaffMachine, unit: StaffUnit) {
    const texts = staffTexts[this.locale].machines;
    const name = texts.unit(machine.label[this.locale], unit.unit);
    return html`
      <div class="bar">
        <button type="button" class="back" @click=${() => (location.hash = "machines")}>${commonTexts[this.locale].back}</button>
        <h2>${name}</h2>
        ${this.renderState(unit.state)}
      </div>
      <div class="scroll" tabindex="0" role="region" aria-label=${name} data-testid="unit">
        ${keyed(`${this.chosen} ${unit.since}`, this.renderForm(unit))}
        <p class="told" role="status">${this.saved ? texts.saved : nothing}</p>
        <h3>${texts.history}</h3>
        ${this.renderHistory()}
      </div>
    `;
  }

  /** Begins afresh when another unit is opened or somebody has set this one. */
  private renderForm(unit: StaffUnit) {
    const texts = staffTexts[this.locale].machines;
    return html`
      <form @submit=${this.save}>
        <label for="state">${texts.state}</label>
        <select id="state" name="state" data-testid="unit-state">
          ${STATES.map((each) => html`<option value=${each} ?selected=${each === unit.state}>${texts.states[each]}</option>`)}
        </select>
        <label for="note">${texts.note}</label>
        <input id="note" name="note" maxlength="200" autocomplete="off" data-testid="unit-note" />
        <button class="primary" ?disabled=${this.busy} data-testid="unit-save">${texts.set}</button>
      </form>
    `;
  }

  private renderHistory() {
    const texts = staffTexts[this.locale].machines;
    if (!this.changes) return nothing;
    if (this.changes.length === 0) return html`<p class="empty">${texts.noHistory}</p>`;
    return html`
      <dl data-testid="unit-history">
        ${this.changes.map(
          (change) => html`
            <dt>${dayAndTime(change.at, this.locale, this.zone)}</dt>
            <dd>${[texts.states[change.state], this.who(change.by), change.note].filter(Boolean).join(" · ")}</dd>
          `,
        )}
      </dl>
    `;
  }

  private renderState(state: UnitState) {
    const tone = state === "in_order" ? "good" : state === "out_of_cash" || state === "out_of_paper" ? "warn" : "alert";
    return html`<span class="tag ${tone}">${staffTexts[this.locale].machines.states[state]}</span>`;
  }

  private who(by: string): string {
    const texts = staffTexts[this.locale].machines;
    return by === "customer" ? texts.customer : by === "monitor" ? texts.monitor : by;
  }

  private get machineId(): string {
    return this.chosen.split(":")[0] ?? "";
  }

  private get unitNumber(): number {
    return Number(this.chosen.split(":")[1]);
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const body = Object.fromEntries(new FormData(event.target as HTMLFormElement));
    const path = `/machines/${encodeURIComponent(this.machineId)}/${this.unitNumber}/state`;
    this.saved = await this.act(path, body);
  }

  private confirm(fault: StaffFault, event: Event): void {
    const select = (event.target as HTMLElement).parentElement?.querySelector("select");
    if (select && !select.value) {
      select.focus();
      return;
    }
    void this.decide(fault, "confirm", { unit: select ? Number(select.value) : null });
  }

  private async decide(fault: StaffFault, decision: "confirm" | "dismiss", body?: unknown): Promise<void> {
    await this.act(`/faults/${fault.id}/${decision}`, body);
  }

  /** Whether it was done. */
  private async act(path: string, body?: unknown): Promise<boolean> {
    this.busy = true;
    this.saved = false;
    this.problem = null;
    try {
      await staffPost(path, body);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.status === 409 ? "conflict" : "failed";
      return false;
    } finally {
      this.busy = false;
      this.reload();
    }
  }

  private reload(): void {
    void this.machines.reload();
    void this.faults.reload();
    void this.loadHistory();
  }

  private async loadHistory(): Promise<void> {
    const { chosen, machineId, unitNumber } = this;
    if (!machineId || !unitNumber) return;
    const path = `/machines/${encodeURIComponent(machineId)}/${unitNumber}/history`;
    const history = await staffGet<UnitHistory>(path).catch(() => null);
    if (this.chosen === chosen) this.changes = history?.items ?? null;
  }
}
