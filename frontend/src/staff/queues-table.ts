import { LitElement, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { Resource } from "../api/resource";
import type { List, Queue } from "../api/types";
import { commonTexts } from "../i18n/common";
import { staffTexts } from "../i18n/staff";
import { element } from "../parts/element";
import { chime, onFirstTouch } from "../parts/sound";
import type { Locale } from "../protocol/frames";
import { shared } from "../style/shared";
import { OnNews } from "./feed";
import { type LateTicket, newlyLate } from "./late";
import { panelStyle } from "./panel-style";
import { staffGet } from "./staff-api";
import { isOn } from "./workplace";

/** A wait passes its promise without anything happening: look again now and then. */
const LOOK_AGAIN_MS = 30_000;
/** More would push the lines themselves off the screen; who else is late is said there. */
const ALERTS = 3;

/** The line of every service; says and rings once for everybody who waits longer than promised. */
@element("lobby-queues")
export class QueuesTable extends LitElement {
  @property() locale: Locale = "zh-Hans";
  /** The latest to pass the promise, as long as they wait. */
  @state() private late: readonly LateTicket[] = [];

  private readonly queues = new Resource<List<Queue>>(
    this,
    () => staffGet("/queues"),
    (value, before) => this.alert(value.items, before?.items ?? []),
  );
  private timer: ReturnType<typeof setInterval> | undefined;
  private stopWaiting: (() => void) | undefined;

  constructor() {
    super();
    new OnNews(this, ["ticket", "window"], this.queues.reload);
  }

  static override styles = [
    shared,
    panelStyle,
    css`
      .line {
        display: block;
      }
      .number {
        text-align: end;
      }
      thead th {
        white-space: normal;
      }
      small {
        display: block;
        color: var(--lobby-quiet);
      }
      .late {
        white-space: normal;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => void this.queues.reload(), LOOK_AGAIN_MS);
    this.stopWaiting = onFirstTouch();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
    this.stopWaiting?.();
  }

  override render() {
    const texts = staffTexts[this.locale].queues;
    const items = this.queues.value?.items ?? [];
    return html`
      <section class="box">
        <div class="bar"><h2>${texts.title}</h2></div>
        <p class="problem" role="alert" data-testid="late-alert">${this.late.map((late) => this.renderAlert(late))}</p>
        <div class="scroll wide" tabindex="0" role="region" aria-label=${texts.title}>
          ${items.length > 0 ? this.renderTable(items) : html`<p class="empty" role="status">${this.emptyText()}</p>`}
        </div>
      </section>
    `;
  }

  private renderAlert({ number, queue }: LateTicket) {
    const text = staffTexts[this.locale].queues.alert(number, queue.label[this.locale], queue.promise_minutes ?? 0);
    return html`<span class="line">${text}</span>`;
  }

  private renderTable(items: readonly Queue[]) {
    const texts = staffTexts[this.locale].queues;
    return html`
      <table data-testid="queues">
        <thead>
          <tr>
            <th scope="col">${texts.service}</th>
            <th scope="col" class="number">${texts.waiting}</th>
            <th scope="col" class="number">${texts.longest}</th>
            <th scope="col" class="number">${texts.promise}</th>
            <th scope="col" class="number">${texts.windows}</th>
          </tr>
        </thead>
        <tbody>
          ${items.map(
            (queue) => html`
              <tr data-testid="queue-row">
                <th scope="row">
                  ${queue.letter} · ${queue.label[this.locale]}
                  ${queue.late.length > 0
                    ? html`<div><span class="tag alert late">${texts.late(queue.late.join(" "))}</span></div>`
                    : nothing}
                </th>
                <td class="number">
                  ${queue.waiting} ${queue.held > 0 ? html`<small>${texts.held(queue.held)}</small>` : nothing}
                </td>
                <td class="number">${queue.waiting > 0 ? queue.longest_wait_minutes : "–"}</td>
                <td class="number">${queue.promise_minutes ?? "–"}</td>
                <td class="number">
                  ${queue.open_windows > 0 ? queue.open_windows : html`<span class="tag warn">${texts.noWindow}</span>`}
                </td>
              </tr>
            `,
          )}
        </tbody>
      </table>
    `;
  }

  private emptyText(): string {
    if (this.queues.error) return commonTexts[this.locale].unreachable;
    return this.queues.value ? staffTexts[this.locale].queues.empty : commonTexts[this.locale].loading;
  }

  private alert(queues: readonly Queue[], before: readonly Queue[]): void {
    const added = newlyLate(queues, before);
    const still = this.late.filter(({ number }) => queues.some((queue) => queue.late.includes(number)));
    this.late = [...still, ...added].slice(-ALERTS);
    if (added.length > 0 && isOn("sound")) chime();
  }
}
