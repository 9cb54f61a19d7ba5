import { LitElement, css, html, nothing } from "lit";
import { property, query, state } from "lit/decorators.js";
import { chatTexts } from "../i18n/chat";
import { element } from "../parts/element";
import { characters } from "../parts/format";
import { TEXT_LIMIT, type Locale } from "../protocol/frames";
import { shared } from "../style/shared";

const COUNT_FROM = TEXT_LIMIT - 200;

/** The field a customer writes in. Dispatches `say` with the text as detail. */
@element("lobby-composer")
export class Composer extends LitElement {
  @property() locale: Locale = "zh-Hans";
  @state() private text = "";
  @query("textarea") private field!: HTMLTextAreaElement;

  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 0.7em 1em;
        border-top: 1px solid var(--lobby-line);
        background: var(--lobby-surface);
      }
      form {
        display: flex;
        align-items: flex-end;
        gap: 0.6em;
      }
      textarea {
        flex: 1;
        min-width: 0;
        min-height: var(--lobby-target, 2.75em);
        max-height: 8em;
        padding: calc((var(--lobby-target, 2.75em) - 1.5em) / 2 - 1px) 0.9em;
        border: 1px solid var(--lobby-control);
        border-radius: 1.2em;
        background: var(--lobby-page);
        line-height: 1.5;
        field-sizing: content;
        resize: none;
        user-select: text;
      }
      textarea::placeholder {
        color: var(--lobby-quiet);
        opacity: 1;
      }
      textarea[aria-invalid="true"] {
        border-color: var(--lobby-alert);
      }
      button {
        flex: none;
        min-height: var(--lobby-target, 2.75em);
        border-radius: 1.4em;
      }
      p {
        margin: 0.3em 0.9em 0;
        color: var(--lobby-quiet);
        font-size: 0.85em;
      }
      p.over {
        color: var(--lobby-alert);
      }
    `,
  ];

  override render() {
    const texts = chatTexts[this.locale];
    const length = characters(this.text);
    const over = length > TEXT_LIMIT;
    return html`
      <form @submit=${this.submit}>
        <label class="hidden" for="text">${texts.message}</label>
        <textarea
          id="text"
          rows="1"
          autocomplete="off"
          enterkeyhint="send"
          data-testid="composer-input"
          placeholder=${texts.placeholder}
          aria-invalid=${String(over)}
          aria-describedby="count"
          .value=${this.text}
          @input=${() => (this.text = this.field.value)}
          @keydown=${this.pressed}
        ></textarea>
        <button type="submit" class="primary" data-testid="send" ?disabled=${over}>${texts.send}</button>
      </form>
      <p id="count" class=${over ? "over" : ""} role="status" ?hidden=${length < COUNT_FROM}>
        ${length < COUNT_FROM ? nothing : over ? texts.tooLong : nothing}
        ${length < COUNT_FROM ? nothing : texts.charactersLeft(TEXT_LIMIT - length)}
      </p>
    `;
  }

  /** Enter sends, Shift+Enter breaks the line, and Enter that picks a word in an input method does neither. */
  private pressed(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit();
  }

  private submit(event?: Event): void {
    event?.preventDefault();
    const text = this.text.trim();
    if (text === "" || characters(text) > TEXT_LIMIT) return;
    this.text = "";
    this.dispatchEvent(new CustomEvent("say", { detail: text }));
  }
}
