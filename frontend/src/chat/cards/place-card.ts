import { LitElement, html } from "lit";
import { property, state } from "lit/decorators.js";
import { element } from "../../parts/element";
import "../../parts/way";
import type { Locale, PlaceCard } from "../../protocol/frames";
import { shared } from "../../style/shared";
import { cardStyle } from "./card";

/** A place in the branch, with the way to it as a picture and in words, without steps for who needs that. */
@element("lobby-place-card")
export class PlaceCardElement extends LitElement {
  @property({ attribute: false }) card!: PlaceCard;
  @property() locale: Locale = "zh-Hans";
  @property() base = "";
  @state() private stepFree = false;

  static override styles = [shared, cardStyle];

  override render() {
    const { label, directions, steps = [], step_free } = this.card;
    const { plan, steps: shown } = this.stepFree && step_free ? step_free : { plan: this.card.plan, steps };
    const told = shown.length === 0 && directions ? [directions] : shown;
    return html`
      <section class="card" lang=${this.locale} aria-label=${label} data-testid="card-place">
        <h2>${label}</h2>
        <lobby-way
          .locale=${this.locale}
          .label=${label}
          .plan=${planSource(plan, this.base)}
          .steps=${told}
          .stepFree=${this.stepFree}
          ?switchable=${(step_free?.steps.length ?? 0) > 0}
          @step-free=${(event: CustomEvent<boolean>) => (this.stepFree = event.detail)}
        ></lobby-way>
      </section>
    `;
  }
}

/** An `<img>` source for a plan: an address on our own server, or an SVG as data. Null for anything else. */
export function planSource(plan: unknown, base: string): string | null {
  if (typeof plan !== "string") return null;
  if (plan.startsWith("/") && !plan.startsWith("//")) return base + plan;
  if (plan.startsWith("<svg")) return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(plan)}`;
  return null;
}
