/** What a customer has chosen, ticked and filled in so far, and the way back. Pure, but for the store at the end. */

export interface Papers {
  readonly held: readonly string[];
  readonly fields: Readonly<Record<string, string>>;
}

export interface Draft {
  readonly step: "service" | "papers";
  readonly service: string | null;
  /** By service, so that a look at another one loses nothing. */
  readonly papers: Readonly<Record<string, Papers>>;
  /** Earlier papers of the chosen service, the last one on top. */
  readonly past: readonly Papers[];
  /** The field that is being typed into: its letters are undone at once. */
  readonly typing: string | null;
  /** The code that was made of it, if there is one: sending again changes what is behind it. */
  readonly code: string | null;
}

const NONE: Papers = { held: [], fields: {} };
const MOST_STEPS_BACK = 50;

export const EMPTY: Draft = { step: "service", service: null, papers: {}, past: [], typing: null, code: null };

export function papersOf(draft: Draft): Papers {
  return (draft.service !== null ? draft.papers[draft.service] : undefined) ?? NONE;
}

/** Another service needs a code of its own. */
export function choose(draft: Draft, service: string): Draft {
  if (service === draft.service) return { ...draft, step: "papers" };
  return { ...draft, step: "papers", service, past: [], typing: null, code: null };
}

export function backToServices(draft: Draft): Draft {
  return { ...draft, step: "service", typing: null };
}

export function toggle(draft: Draft, paper: string): Draft {
  const { held, fields } = papersOf(draft);
  const next = held.includes(paper) ? held.filter((each) => each !== paper) : [...held, paper];
  return changed(draft, { held: next, fields }, null);
}

export function fill(draft: Draft, field: string, value: string): Draft {
  const { held, fields } = papersOf(draft);
  return changed(draft, { held, fields: { ...fields, [field]: value } }, field);
}

export function undo(draft: Draft): Draft {
  const last = draft.past.at(-1);
  if (!last || draft.service === null) return draft;
  return { ...draft, papers: { ...draft.papers, [draft.service]: last }, past: draft.past.slice(0, -1), typing: null };
}

/** The draft behind a code that exists, to change its papers. */
export function draftOf(visit: { code: string; service_id: string; held: string[]; fields: Record<string, string> }): Draft {
  const papers = { [visit.service_id]: { held: visit.held, fields: visit.fields } };
  return { ...EMPTY, step: "papers", service: visit.service_id, papers, code: visit.code };
}

function changed(draft: Draft, papers: Papers, typing: string | null): Draft {
  if (draft.service === null) return draft;
  const goesOn = typing !== null && typing === draft.typing;
  const past = goesOn ? draft.past : [...draft.past, papersOf(draft)].slice(-MOST_STEPS_BACK);
  return { ...draft, papers: { ...draft.papers, [draft.service]: papers }, past, typing };
}

/** A sum as the server takes it, from what people type ("5,000 元"); null for what is no sum. */
export function plainAmount(typed: string): string | null {
  const plain = typed.normalize("NFKC").replace(/[\s,，¥元]/gu, "");
  return /^\d{1,12}(\.\d{1,2})?$/.test(plain) && Number(plain) > 0 ? plain : null;
}

/** "ABCD1234" → "ABCD 1234": easier to read and to type. */
export function grouped(code: string): string {
  return `${code.slice(0, 4)} ${code.slice(4)}`;
}

const KEY = "lobby.visit";

/** Keeps the draft over a reload of this tab; where storage is blocked it lasts as long as the page. */
export const draftStore = {
  load(): Draft {
    try {
      return readDraft(sessionStorage.getItem(KEY));
    } catch {
      return EMPTY;
    }
  },
  save(draft: Draft): void {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(draft));
    } catch {
      // Nothing to be done: the page goes on without.
    }
  },
};

/** A kept draft; EMPTY for what an older page or another hand has left there. */
export function readDraft(kept: string | null): Draft {
  let found: unknown;
  try {
    found = JSON.parse(kept ?? "null");
  } catch {
    return EMPTY;
  }
  return isDraft(found) ? found : EMPTY;
}

function isDraft(value: unknown): value is Draft {
  if (!isRecord(value)) return false;
  return (
    (value["step"] === "service" || value["step"] === "papers") &&
    [value["service"], value["typing"], value["code"]].every((each) => each === null || typeof each === "string") &&
    isRecord(value["papers"]) &&
    Object.values(value["papers"]).every(isPapers) &&
    Array.isArray(value["past"]) &&
    value["past"].every(isPapers)
  );
}

function isPapers(value: unknown): value is Papers {
  if (!isRecord(value) || !Array.isArray(value["held"]) || !isRecord(value["fields"])) return false;
  return [...value["held"], ...Object.values(value["fields"])].every((each) => typeof each === "string");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
