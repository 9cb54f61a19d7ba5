import { LitElement, css, html } from "lit";
import { state } from "lit/decorators.js";
import type { Me } from "../api/types";
import { commonTexts } from "../i18n/common";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import "../parts/languages";
import { PageLocale } from "../parts/page-locale";
import { shared } from "../style/shared";
import "./console";
import "./login-form";
import { session, signOut, whoAmI } from "./staff-api";

type Stage = "asking" | "unreachable" | "out" | "in";

/** Sign-in, then the console; back to sign-in when the session runs out. */
@element("lobby-staff")
export class StaffApp extends LitElement {
  @state() private stage: Stage = "asking";
  @state() private me: Me | null = null;
  @state() private expired = false;

  private readonly locale = new PageLocale(this, (locale) => staffTexts[locale].title);

  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      header {
        display: flex;
        justify-content: flex-end;
        padding: 1rem;
      }
      .wait {
        padding: 20vh 1rem;
        text-align: center;
      }
      main {
        padding: 0 1rem;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    session.addEventListener("signed-out", this.ranOut);
    void this.ask();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    session.removeEventListener("signed-out", this.ranOut);
  }

  override render() {
    const locale = this.locale.current;
    const common = commonTexts[locale];
    if (this.stage === "in" && this.me) {
      return html`
        <lobby-console
          .locale=${locale}
          .me=${this.me}
          @locale-chosen=${this.locale.chosen}
          @sign-out=${this.leave}
        ></lobby-console>
      `;
    }
    if (this.stage === "out") {
      return html`
        <header @locale-chosen=${this.locale.chosen}>
          <lobby-languages .locale=${locale}></lobby-languages>
        </header>
        <main>
          <lobby-login
            .locale=${locale}
            .expired=${this.expired}
            @signed-in=${(event: CustomEvent<Me>) => this.enter(event.detail)}
          ></lobby-login>
        </main>
      `;
    }
    return html`
      <main class="wait" role="status">
        <p>${this.stage === "asking" ? common.loading : common.unreachable}</p>
        ${this.stage === "unreachable" ? html`<button type="button" @click=${this.ask}>${common.retry}</button>` : ""}
      </main>
    `;
  }

  private async ask(): Promise<void> {
    this.stage = "asking";
    try {
      const me = await whoAmI();
      if (me) this.enter(me);
      else this.stage = "out";
    } catch {
      this.stage = "unreachable";
    }
  }

  private enter(me: Me): void {
    this.me = me;
    this.expired = false;
    this.stage = "in";
  }

  private async leave(): Promise<void> {
    await signOut();
    this.me = null;
    this.stage = "out";
  }

  private readonly ranOut = (): void => {
    if (this.stage !== "in") return;
    this.me = null;
    this.expired = true;
    this.stage = "out";
  };
}
