import { LitElement, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import type { VisitField, VisitService } from "../api/types";
import { element } from "../parts/element";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { plainAmount, type Papers } from "./draft";
import { visitTexts } from "./texts";
import { visitStyle } from "./visit-style";

/**
 * Step 2: the checklist and the form. Dispatches `paper-toggled` (a paper's id), `field-filled` ([id, value]), `undone`,
 * `back`, and `papers-sent` once every field holds what the server takes.
 */
@element("lobby-visit-papers")
export class PapersStep extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @property({ attribute: false }) service!: VisitService;
  @property({ attribute: false }) papers!: Papers;
  @property({ type: Boolean }) undoable = false;
  /** The papers belong to a code that exists. */
  @property({ type: Boolean }) existing = false;
  @property({ type: Boolean }) busy = false;
  /** What the server refused, in words. */
  @property() problem = "";
  /** Wrong fields are marked only once somebody tried to go on. */
  @state() private tried = false;

  static override styles = [
    shared,
    visitStyle,
    css`
      .paper {
        display: flex;
        align-items: center;
        gap: 0.9rem;
        min-height: 3.5rem;
        padding: 0.6rem 0.2rem;
        border-bottom: 1px solid var(--lobby-line);
        cursor: pointer;
      }
      .paper input {
        flex: none;
        width: 1.6rem;
        height: 1.6rem;
        accent-color: var(--lobby-accent);
      }
      .when {
        display: block;
        color: var(--lobby-quiet);
        font-size: 0.9em;
      }
      fieldset {
        margin: 1.5rem 0 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
        font-weight: 600;
      }
      .field {
        display: block;
        margin-top: 0.9rem;
      }
      .field > span {
        display: block;
        margin-bottom: 0.2rem;
      }
      .field :is(input, select, textarea) {
        width: 100%;
        padding: 0.5em 0.8em;
        border: 1px solid var(--lobby-control);
        border-radius: 0.75em;
        background: var(--lobby-surface);
      }
      .field [aria-invalid="true"] {
        border-color: var(--lobby-alert);
      }
    `,
  ];

  override render() {
    const texts = visitTexts[this.locale];
    const { bring, fields, label } = this.service;
    return html`
      <form novalidate @submit=${this.send}>
        <h1 tabindex="-1">${texts.papers(label[this.locale])}</h1>
        ${bring.length === 0 ? html`<p>${texts.nothingToBring}</p>` : nothing}
        <ul class="list">
          ${bring.map(
            (paper) => html`
              <li>
                <label class="paper">
                  <input
                    type="checkbox"
                    data-testid="paper-${paper.id}"
                    .checked=${this.papers.held.includes(paper.id)}
                    @change=${() => this.tell("paper-toggled", paper.id)}
                  />
                  <span>
                    ${paper.label[this.locale]}
                    ${paper.when ? html`<span class="when">${paper.when[this.locale]}</span>` : nothing}
                  </span>
                </label>
              </li>
            `,
          )}
        </ul>
        ${fields.length === 0
          ? nothing
          : html`
              <fieldset>
                <legend>${texts.form}</legend>
                ${fields.map((field) => this.renderField(field))}
              </fieldset>
            `}
        <p class="problem" role="alert" data-testid="problem">${this.problem}</p>
        <div class="row">
          <button type="button" data-testid="back" @click=${() => this.tell("back")}>${texts.back}</button>
          <button type="button" data-testid="undo" ?disabled=${!this.undoable} @click=${() => this.tell("undone")}>
            ${texts.undo}
          </button>
          <button class="primary" data-testid="send" ?disabled=${this.busy}>
            ${this.existing ? texts.saveChange : texts.makeCode}
          </button>
        </div>
      </form>
    `;
  }

  private renderField(field: VisitField) {
    const wrong = this.tried ? this.wrong(field) : "";
    const hint = wrong || (field.kind === "amount" ? visitTexts[this.locale].amountHint : "");
    return html`
      <label class="field">
        <span>${field.label[this.locale]}</span>
        ${this.renderInput(field, wrong !== "", hint !== "")}
      </label>
      ${hint ? html`<p class=${wrong ? "problem" : "when"} id="hint-${field.id}">${hint}</p>` : nothing}
    `;
  }

  private renderInput(field: VisitField, wrong: boolean, hinted: boolean) {
    const value = this.papers.fields[field.id] ?? "";
    const filled = (event: Event): void =>
      this.tell("field-filled", [field.id, (event.target as HTMLInputElement | HTMLSelectElement).value]);
    const describedBy = hinted ? `hint-${field.id}` : nothing;
    if (field.kind === "choice") {
      return html`
        <select data-testid="field-${field.id}" @change=${filled}>
          <option value="" .selected=${value === ""}>${visitTexts[this.locale].pleaseChoose}</option>
          ${field.options.map(
            (option) => html`<option value=${option.id} .selected=${value === option.id}>${option.label[this.locale]}</option>`,
          )}
        </select>
      `;
    }
    if (field.kind === "text") {
      return html`
        <textarea
          rows="2"
          maxlength=${field.most ?? nothing}
          data-testid="field-${field.id}"
          .value=${value}
          @input=${filled}
        ></textarea>
      `;
    }
    return html`
      <input
        inputmode=${field.kind === "amount" ? "decimal" : "numeric"}
        autocomplete="off"
        data-testid="field-${field.id}"
        aria-invalid=${String(wrong)}
        aria-describedby=${describedBy}
        .value=${value}
        @input=${filled}
      />
    `;
  }

  /** Why the server would not take this field; empty when it would. */
  private wrong(field: VisitField): string {
    const texts = visitTexts[this.locale];
    const value = (this.papers.fields[field.id] ?? "").trim();
    if (value === "") return "";
    if (field.kind === "amount") return plainAmount(value) === null ? texts.amountWrong : "";
    if (field.kind !== "count") return "";
    const most = field.most ?? 1;
    return /^\d{1,4}$/.test(value) && Number(value) >= 1 && Number(value) <= most ? "" : texts.countWrong(most);
  }

  private async send(event: Event): Promise<void> {
    event.preventDefault();
    if (!this.service.fields.some((field) => this.wrong(field))) {
      this.tried = false;
      this.tell("papers-sent");
      return;
    }
    this.tried = true;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }

  private tell(what: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(what, { detail }));
  }
}
