import { LitElement, css, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { chatTexts } from "../i18n/chat";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { element } from "./element";

/**
 * The way to a place: a plan to look at, the same in words, and a switch to the way without steps.
 * Dispatches `step-free` with what was chosen as detail.
 */
@element("lobby-way")
export class Way extends LitElement {
  @property() locale: Locale = "zh-Hans";
  /** Of the place. */
  @property() label = "";
  /** Address of the plan's picture; null where there is none, "" where its room is kept until it is known. */
  @property({ attribute: false }) plan: string | null = null;
  /** In walking order. */
  @property({ attribute: false }) steps: readonly string[] = [];
  @property({ attribute: false }) metres: number | null = null;
  /** What the place offers to who comes in a wheelchair, in a sentence. */
  @property({ attribute: false }) access: string | null = null;
  @property({ type: Boolean }) stepFree = false;
  /** Whether there is another way to switch to. */
  @property({ type: Boolean }) switchable = false;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      /* Room for the picture before it arrives, so that nothing moves. */
      .plan {
        display: block;
        width: 100%;
        height: auto;
        aspect-ratio: auto 1000 / 720;
        border-radius: 0.6em;
        background: #fff;
        object-fit: contain;
      }
      label {
        display: flex;
        align-items: center;
        gap: 0.6em;
        min-height: var(--lobby-target, 2.75em);
        margin-top: 0.4em;
      }
      input {
        flex: none;
        width: 1.4em;
        height: 1.4em;
        accent-color: var(--lobby-accent);
      }
      h3 {
        margin: 0.8em 0 0;
        font-size: 1em;
        font-weight: 600;
      }
      h3 small {
        color: var(--lobby-quiet);
        font-size: 0.875em;
        font-weight: 400;
      }
      ol {
        margin: 0.4em 0 0;
        padding-inline-start: 1.6em;
      }
      li {
        margin: 0.25em 0;
      }
      p {
        margin: 0.6em 0 0;
      }
    `,
  ];

  override render() {
    const texts = chatTexts[this.locale].place;
    return html`
      ${this.plan === "" ? html`<div class="plan"></div>` : nothing}
      ${this.plan
        ? html`<img class="plan" src=${this.plan} alt=${(this.stepFree ? texts.stepFreePlan : texts.planOf)(this.label)} />`
        : nothing}
      ${this.switchable
        ? html`
            <label>
              <input type="checkbox" data-testid="step-free" .checked=${this.stepFree} @change=${this.choose} />
              ${texts.stepFree}
            </label>
          `
        : nothing}
      ${this.steps.length > 0
        ? html`
            <h3>
              ${texts.way} ${this.metres === null ? nothing : html`<small>${texts.metres(this.metres)}</small>`}
            </h3>
            <ol data-testid="way-steps">
              ${this.steps.map((step) => html`<li>${step}</li>`)}
            </ol>
          `
        : nothing}
      ${this.stepFree && this.access ? html`<p>${this.access}</p>` : nothing}
    `;
  }

  private choose(event: Event): void {
    const detail = (event.target as HTMLInputElement).checked;
    this.dispatchEvent(new CustomEvent<boolean>("step-free", { detail }));
  }
}
