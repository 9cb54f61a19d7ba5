import { LitElement, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { post } from "../../api/http";
import { chatTexts } from "../../i18n/chat";
import { element } from "../../parts/element";
import type { Locale } from "../../protocol/frames";
import { shared } from "../../style/shared";

interface Printed {
  printed: boolean;
  reason: string | null;
  message: Record<Locale, string>;
}

/** Prints a number at the kiosk; whatever becomes of the paper is said, and the number stays valid on the screen. */
@element("lobby-slip")
export class SlipElement extends LitElement {
  @property() code = "";
  @property() session = "";
  @property() locale: Locale = "zh-Hans";

  @state() private busy = false;
  @state() private said = "";

  static override styles = [
    shared,
    css`
      :host {
        display: block;
        margin-top: 0.9em;
      }
      button {
        min-height: 3.5rem;
        width: 100%;
      }
      p {
        margin: 0.5em 0 0;
      }
    `,
  ];

  override render() {
    const texts = chatTexts[this.locale].slip;
    return html`
      <button type="button" data-testid="print-slip" ?disabled=${this.busy} @click=${() => void this.print()}>
        ${this.busy ? texts.printing : texts.print}
      </button>
      <div role="status">${this.said ? html`<p class="quiet" data-testid="slip-said">${this.said}</p>` : nothing}</div>
    `;
  }

  private async print(): Promise<void> {
    this.busy = true;
    try {
      const answer = await post<Printed>(`/api/tickets/${this.code}/print`, { session: this.session });
      this.said = answer.message[this.locale];
    } catch {
      this.said = chatTexts[this.locale].slip.failed;
    }
    this.busy = false;
  }
}
