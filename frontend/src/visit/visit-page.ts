import { LitElement, css, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { ApiError, post, request } from "../api/http";
import { Resource } from "../api/resource";
import type { Branch, Visit, VisitService, VisitServices } from "../api/types";
import { commonTexts } from "../i18n/common";
import { element } from "../parts/element";
import { FALLBACK_ZONE } from "../parts/format";
import { followStyle } from "../parts/follow-style";
import "../parts/languages";
import { PageLocale } from "../parts/page-locale";
import { shared } from "../style/shared";
import "./code-step";
import { type Draft, backToServices, choose, draftOf, draftStore, EMPTY, fill, papersOf, plainAmount, toggle, undo } from "./draft";
import "./papers-step";
import "./service-step";
import { problemText, visitTexts } from "./texts";
import { visitStyle } from "./visit-style";

const STEPS = ["service", "papers", "code"] as const;
type Step = (typeof STEPS)[number];

/** One trip, prepared at home: at /visit in three steps, at /v/<code> what came of it. */
@element("lobby-visit-page")
export class VisitPage extends LitElement {
  @state() private draft: Draft = draftStore.load();
  /** The code in the address; null while nothing was made yet. */
  @state() private code: string | null = codeIn(location.pathname);
  /** The papers of the code in the address are being changed; a reload in the middle of it goes on there. */
  @state() private changing = this.isUnsaved();
  @state() private busy = false;
  @state() private problem = "";

  private shown: Step | null = null;
  private readonly locale = new PageLocale(this, (locale) => visitTexts[locale].title);
  private readonly branch = new Resource<Branch>(this, () => request("/api/branch"));
  private readonly services = new Resource<VisitServices>(this, () => request("/api/visits/services"));
  private readonly visit = new Resource<Visit | null>(this, async () =>
    this.code === null ? null : await request<Visit>(`/api/visits/${encodeURIComponent(this.code)}`),
  );

  static override styles = [
    shared,
    followStyle,
    visitStyle,
    css`
      :host {
        max-width: 40rem;
      }
      .intro {
        margin: 0 0 1rem;
        color: var(--lobby-quiet);
      }
      ol {
        display: flex;
        gap: 0.5rem;
        margin: 0 0 1rem;
        padding: 0;
        list-style: none;
      }
      ol li {
        flex: 1;
        padding-top: 0.5rem;
        border-top: 4px solid var(--lobby-line);
        color: var(--lobby-quiet);
        font-size: 0.9em;
      }
      ol li.reached {
        border-color: var(--lobby-accent);
      }
      ol li[aria-current] {
        color: var(--lobby-ink);
        font-weight: 700;
      }
      @media print {
        lobby-languages,
        nav,
        .intro {
          display: none;
        }
        .panel {
          border: 0;
          box-shadow: none;
        }
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("popstate", this.addressChanged);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("popstate", this.addressChanged);
  }

  override render() {
    const locale = this.locale.current;
    const texts = visitTexts[locale];
    const step = this.step;
    return html`
      <header @locale-chosen=${this.locale.chosen}>
        <span class="branch">${this.branch.value?.name[locale] ?? ""}</span>
        <lobby-languages .locale=${locale}></lobby-languages>
      </header>
      <main>
        <p class="intro">${texts.intro}</p>
        <nav aria-label=${texts.progress}>
          <ol>
            ${STEPS.map(
              (each, index) => html`
                <li
                  class=${index <= STEPS.indexOf(step) ? "reached" : ""}
                  aria-current=${each === step ? "step" : nothing}
                  data-testid="step-${each}"
                >
                  ${index + 1}. ${texts.steps[each]}
                </li>
              `,
            )}
          </ol>
        </nav>
        <div class="panel" data-testid="panel" data-step=${step}>${this.renderStep(step)}</div>
        ${this.services.value?.demo ? html`<p class="quiet">${commonTexts[locale].demoNote}</p>` : nothing}
      </main>
    `;
  }

  /** A new step begins at its heading, for those who do not see it change. */
  protected override updated(): void {
    const step = this.renderRoot.querySelector<LitElement>(".panel > :is(lobby-visit-service, lobby-visit-papers, lobby-visit-code)");
    if (!step || this.shown === this.step) return;
    const first = this.shown === null;
    this.shown = this.step;
    if (!first) void step.updateComplete.then(() => step.renderRoot.querySelector<HTMLElement>("h1")?.focus());
  }

  private get step(): Step {
    if (this.code !== null && !this.changing) return "code";
    return this.code !== null || (this.draft.step === "papers" && this.draft.service !== null) ? "papers" : "service";
  }

  private renderStep(step: Step) {
    const locale = this.locale.current;
    const common = commonTexts[locale];
    if (step === "code" && this.visit.error?.status === 404) return this.renderUnknown();
    if (step === "code" && this.visit.error?.code === "mistyped_code") return this.renderUnknown();
    const services = this.services.value;
    const visit = this.visit.value;
    if (!services || (step === "code" && !visit)) {
      const error = this.services.error ?? this.visit.error;
      return html`<p role="status">${error ? problemText(error, locale) : common.loading}</p>`;
    }
    if (step === "code" && visit) {
      return html`
        <lobby-visit-code
          .locale=${locale}
          .zone=${this.branch.value?.timezone ?? FALLBACK_ZONE}
          .visit=${visit}
          .service=${services.items.find(({ id }) => id === visit.service_id) ?? null}
          @visit-changed=${(event: CustomEvent<Visit>) => this.visit.set(event.detail)}
          @change-papers=${this.changePapers}
          @another=${this.another}
        ></lobby-visit-code>
      `;
    }
    const service = services.items.find(({ id }) => id === this.draft.service);
    if (step === "papers" && service) return this.renderPapers(service);
    return html`
      <lobby-visit-service
        .locale=${locale}
        .services=${services.items}
        .chosen=${this.draft.service}
        @service-chosen=${(event: CustomEvent<string>) => this.keep(choose(this.draft, event.detail))}
      ></lobby-visit-service>
    `;
  }

  private renderPapers(service: VisitService) {
    return html`
      <lobby-visit-papers
        .locale=${this.locale.current}
        .service=${service}
        .papers=${papersOf(this.draft)}
        .undoable=${this.draft.past.length > 0}
        .existing=${this.draft.code !== null}
        .busy=${this.busy}
        .problem=${this.problem}
        @paper-toggled=${(event: CustomEvent<string>) => this.keep(toggle(this.draft, event.detail))}
        @field-filled=${(event: CustomEvent<[string, string]>) => this.keep(fill(this.draft, ...event.detail))}
        @undone=${() => this.keep(undo(this.draft))}
        @back=${this.back}
        @papers-sent=${this.send}
      ></lobby-visit-papers>
    `;
  }

  private renderUnknown() {
    const texts = visitTexts[this.locale.current];
    return html`
      <div data-testid="not-found">
        <h1>${texts.unknown}</h1>
        <p>${texts.unknownHint}</p>
        <p><a href="/visit">${texts.startAnew}</a></p>
      </div>
    `;
  }

  private isUnsaved(): boolean {
    return this.code !== null && this.draft.code === this.code && this.draft.past.length > 0;
  }

  private keep(draft: Draft): void {
    this.draft = draft;
    this.problem = "";
    draftStore.save(draft);
  }

  private readonly addressChanged = (): void => {
    this.code = codeIn(location.pathname);
    this.changing = this.isUnsaved();
    this.visit.value = null;
    this.visit.error = null;
    void this.visit.reload();
  };

  private back(): void {
    if (this.code !== null) this.go("/visit");
    this.keep(backToServices(this.draft));
  }

  private changePapers(): void {
    if (!this.visit.value) return;
    this.keep(draftOf(this.visit.value));
    this.changing = true;
  }

  private another(): void {
    this.keep(EMPTY);
    this.go("/visit");
  }

  private go(path: string): void {
    if (location.pathname !== path) history.pushState(null, "", path);
    this.addressChanged();
  }

  private async send(): Promise<void> {
    const { held, fields } = papersOf(this.draft);
    const amount = plainAmount(fields["amount"] ?? "");
    const papers = { held, fields: amount === null ? fields : { ...fields, amount } };
    const { code, service } = this.draft;
    this.busy = true;
    try {
      const visit = await (code === null
        ? post<Visit>("/api/visits", { service, locale: this.locale.current, ...papers })
        : post<Visit>(`/api/visits/${encodeURIComponent(code)}/papers`, papers));
      this.keep({ ...this.draft, code: visit.code, past: [], typing: null });
      this.go(`/v/${visit.code}`);
      this.visit.set(visit);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = problemText(error, this.locale.current);
    }
    this.busy = false;
  }
}

function codeIn(path: string): string | null {
  const code = /^\/v\/([^/]+)/.exec(path)?.[1];
  if (code === undefined) return null;
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}
