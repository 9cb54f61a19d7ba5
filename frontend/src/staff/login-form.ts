import { LitElement, css, html } from "lit";
import { property, state } from "lit/decorators.js";
import { ApiError } from "../api/http";
import { commonTexts } from "../i18n/common";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { signIn } from "./staff-api";

/** Dispatches `signed-in` with who it is as detail. */
@element("lobby-login")
export class LoginForm extends LitElement {
  @property() locale: Locale = "zh-Hans";
  /** A session ran out: say so. */
  @property({ type: Boolean }) expired = false;
  @state() private busy = false;
  @state() private problem: ApiError | null = null;

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        width: min(100%, 24rem);
        margin: 10vh auto 0;
      }
      form {
        display: grid;
        gap: 0.4rem;
        padding: 2rem;
        border: 1px solid var(--lobby-line);
        border-radius: 20px;
        background: var(--lobby-surface);
        box-shadow: var(--lobby-shadow);
      }
      h1 {
        margin: 0 0 0.6rem;
        font-size: 1.4rem;
      }
      label {
        margin-top: 0.5rem;
        font-weight: 600;
      }
      input {
        width: 100%;
        min-height: 2.9em;
        padding: 0.5em 0.8em;
        border: 1px solid var(--lobby-control);
        border-radius: 0.75em;
        background: var(--lobby-page);
      }
      button {
        margin-top: 1.2rem;
      }
      p {
        margin: 0.6rem 0 0;
        color: var(--lobby-alert);
      }
      p:empty {
        display: none;
      }
    `,
  ];

  override render() {
    const texts = staffTexts[this.locale].login;
    return html`
      <form @submit=${this.submit}>
        <h1>${texts.title}</h1>
        <label for="name">${texts.name}</label>
        <input id="name" name="name" autocomplete="username" required maxlength="80" data-testid="login-name" />
        <label for="password">${texts.password}</label>
        <input
          id="password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          data-testid="login-password"
        />
        <p role="alert" data-testid="login-problem">${this.problemText()}</p>
        <button type="submit" class="primary" ?disabled=${this.busy} data-testid="login-submit">${texts.submit}</button>
      </form>
    `;
  }

  private problemText(): string {
    const texts = staffTexts[this.locale].login;
    if (!this.problem) return this.expired ? texts.expired : "";
    if (this.problem.status === 429) return texts.tooMany(Math.ceil((this.problem.retryAfter ?? 900) / 60));
    if (this.problem.status === 0 || this.problem.status >= 500) return commonTexts[this.locale].unreachable;
    return texts.wrong;
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const given = new FormData(form);
    this.busy = true;
    this.problem = null;
    try {
      const me = await signIn(String(given.get("name")).trim(), String(given.get("password")));
      form.reset();
      this.dispatchEvent(new CustomEvent("signed-in", { detail: me }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error;
    }
    this.busy = false;
  }
}
