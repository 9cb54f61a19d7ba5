// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../src/api/http";
import type { VisitService } from "../src/api/types";
import { dayName, dayOf } from "../src/visit/days";
import {
  EMPTY,
  type Draft,
  backToServices,
  choose,
  draftOf,
  draftStore,
  fill,
  grouped,
  papersOf,
  plainAmount,
  readDraft,
  toggle,
  undo,
} from "../src/visit/draft";
import "../src/visit/papers-step";
import type { PapersStep } from "../src/visit/papers-step";
import { problemText, visitTexts } from "../src/visit/texts";
import "../src/chat/cards/visit-card";
import type { VisitCardElement } from "../src/chat/cards/visit-card";
import type { VisitCard } from "../src/protocol/frames";

const LOAN = choose(EMPTY, "loan");

beforeEach(() => sessionStorage.clear());
afterEach(() => document.body.replaceChildren());

test("a paper is ticked and unticked, and every tick can be undone", () => {
  let draft = toggle(toggle(LOAN, "id_card"), "income");
  expect(papersOf(draft).held).toEqual(["id_card", "income"]);
  draft = toggle(draft, "id_card");
  expect(papersOf(draft).held).toEqual(["income"]);
  draft = undo(undo(draft));
  expect(papersOf(draft).held).toEqual(["id_card"]);
  draft = undo(undo(draft));
  expect(papersOf(draft).held).toEqual([]);
  expect(draft.past).toEqual([]);
});

test("what was typed into one field is undone at once, another field apart", () => {
  let draft = fill(fill(fill(LOAN, "amount", "3"), "amount", "30"), "note", "窗");
  draft = undo(draft);
  expect(papersOf(draft).fields).toEqual({ amount: "30" });
  draft = undo(fill(draft, "amount", "300"));
  expect(papersOf(draft).fields).toEqual({ amount: "30" });
  expect(papersOf(undo(draft)).fields).toEqual({});
});

test("a look at another service loses nothing", () => {
  const looked = choose(backToServices(toggle(LOAN, "id_card")), "forex");
  expect(papersOf(looked).held).toEqual([]);
  expect(papersOf(choose(looked, "loan")).held).toEqual(["id_card"]);
});

test("another service gets a code of its own, the same one keeps it", () => {
  const made: Draft = { ...toggle(LOAN, "id_card"), code: "ABCD1234" };
  expect(choose(backToServices(made), "loan").code).toBe("ABCD1234");
  expect(choose(backToServices(made), "forex").code).toBeNull();
});

test("the papers behind a code can be changed", () => {
  const draft = draftOf({ code: "ABCD1234", service_id: "loan", held: ["id_card"], fields: { people: "2" } });
  expect(draft.code).toBe("ABCD1234");
  expect(papersOf(toggle(draft, "income"))).toEqual({ held: ["id_card", "income"], fields: { people: "2" } });
});

test("a reload loses nothing", () => {
  const draft = fill(toggle(LOAN, "id_card"), "note", "靠窗");
  draftStore.save(draft);
  expect(draftStore.load()).toEqual(draft);
  expect(undo(draftStore.load())).toEqual({ ...undo(draft) });
});

test("storage that is blocked or holds something else begins anew", () => {
  for (const kept of [null, "", "{", "[]", "1", '{"step":"papers"}', JSON.stringify({ ...LOAN, past: [{ held: [1], fields: {} }] })]) {
    expect(readDraft(kept)).toEqual(EMPTY);
  }
  const blocked = vi.spyOn(Storage.prototype, "getItem").mockImplementation(() => {
    throw new Error("blocked");
  });
  expect(draftStore.load()).toEqual(EMPTY);
  blocked.mockRestore();
});

test("a sum is read as people type it, and nothing else is a sum", () => {
  expect(plainAmount(" 50,000 元")).toBe("50000");
  expect(plainAmount("５００００．５")).toBe("50000.5");
  for (const typed of ["", "0", "-5", "1.234", "五万", "1e5", "NaN", "9".repeat(13)]) expect(plainAmount(typed)).toBeNull();
});

test("a code is shown in two halves", () => {
  expect(grouped("ABCD1234")).toBe("ABCD 1234");
});

test("days are the branch's, with their weekday", () => {
  expect(dayName("2026-11-24", "en")).toContain("Tue");
  expect(dayName("2026-11-24", "zh-Hant")).toContain("週二");
  expect(dayOf("2026-11-23T16:30:00Z", "zh-Hans", "Asia/Shanghai")).toContain("24");
});

test("every refusal has words in every language", () => {
  for (const locale of ["zh-Hans", "zh-Hant", "en"] as const) {
    const said = ["slot_taken", "visit_over", "constructor"].map((code) => problemText(new ApiError(409, code), locale));
    expect(new Set(said).size).toBe(3);
    expect(said[2]).toBe(visitTexts[locale].errors.other);
    expect(problemText(new ApiError(0, "unreachable"), locale)).not.toBe(visitTexts[locale].errors.other);
  }
});

/** All texts of a locale; those with blanks are given a word. */
function all(texts: object): string[] {
  return Object.values(texts).flatMap((value: unknown) => {
    if (typeof value === "string") return [value];
    return typeof value === "function" ? [String((value as (blank: string) => string)("7"))] : all(value as object);
  });
}

test("texts keep to their script", () => {
  expect(all(visitTexts["zh-Hans"]).join("")).not.toMatch(/[這請號話時間辦為對開關會還從與業務員應見進遠過選級結線輸轉載長門預約單證]/u);
  expect(all(visitTexts["zh-Hant"]).join("")).not.toMatch(/[这请号话时间办为对开关会还从与业务员应见进远过选级结线输转载长门预约单证]/u);
  expect(all(visitTexts.en).join("")).not.toMatch(/\p{Script=Han}/u);
});

// --- the checklist on the page ----------------------------------------------------------------

const label = (text: string): { "zh-Hans": string; "zh-Hant": string; en: string } => ({ "zh-Hans": text, "zh-Hant": text, en: text });

const SERVICE: VisitService = {
  id: "loan",
  label: label("Loans"),
  bring: [
    { id: "id_card", label: label("Identity card"), when: null },
    { id: "contract", label: label("Contract"), when: label("for repaying early") },
  ],
  fields: [
    { id: "amount", kind: "amount", label: label("Amount"), options: [], most: null },
    { id: "people", kind: "count", label: label("People"), options: [], most: 10 },
    { id: "purpose", kind: "choice", label: label("Purpose"), options: [{ id: "home", label: label("A home") }], most: null },
  ],
  appointments: true,
  unbooked_up_to: null,
};

/** The step on a page that keeps its draft, as the real one does. */
async function checklist(): Promise<{ step: PapersStep; find: <T extends HTMLElement>(id: string) => T; draft: () => Draft; sent: () => number }> {
  let draft = LOAN;
  let sent = 0;
  const step = document.createElement("lobby-visit-papers") as PapersStep;
  const show = (next: Draft): void => {
    draft = next;
    Object.assign(step, { papers: papersOf(draft), undoable: draft.past.length > 0 });
  };
  step.locale = "en";
  step.service = SERVICE;
  show(draft);
  step.addEventListener("paper-toggled", (event) => show(toggle(draft, (event as CustomEvent<string>).detail)));
  step.addEventListener("field-filled", (event) => show(fill(draft, ...(event as CustomEvent<[string, string]>).detail)));
  step.addEventListener("undone", () => show(undo(draft)));
  step.addEventListener("papers-sent", () => (sent += 1));
  document.body.append(step);
  await step.updateComplete;
  const find = <T extends HTMLElement>(id: string): T => step.renderRoot.querySelector(`[data-testid="${id}"]`) as T;
  return { step, find, draft: () => draft, sent: () => sent };
}

function type(input: HTMLInputElement | HTMLSelectElement, value: string, kind: "input" | "change" = "input"): void {
  input.value = value;
  input.dispatchEvent(new Event(kind));
}

test("ticks and choices follow what is undone", async () => {
  const { step, find } = await checklist();
  find<HTMLInputElement>("paper-id_card").click();
  type(find<HTMLSelectElement>("field-purpose"), "home", "change");
  await step.updateComplete;
  expect(find<HTMLInputElement>("paper-id_card").checked).toBe(true);
  find("undo").click();
  await step.updateComplete;
  expect(find<HTMLSelectElement>("field-purpose").value).toBe("");
  find("undo").click();
  await step.updateComplete;
  expect(find<HTMLInputElement>("paper-id_card").checked).toBe(false);
  expect(find<HTMLButtonElement>("undo").disabled).toBe(true);
});

test("a wrong field stops the sending, is marked and gets the focus; put right, it goes", async () => {
  const { step, find, sent } = await checklist();
  type(find<HTMLInputElement>("field-amount"), "a lot");
  type(find<HTMLInputElement>("field-people"), "11");
  find("send").click();
  await step.updateComplete;
  expect(sent()).toBe(0);
  const wrong = [...step.renderRoot.querySelectorAll('[aria-invalid="true"]')].map((each) => each.getAttribute("data-testid"));
  expect(wrong).toEqual(["field-amount", "field-people"]);
  expect(step.renderRoot.querySelector("#hint-people")?.textContent).toContain("10");
  type(find<HTMLInputElement>("field-amount"), "300,000");
  type(find<HTMLInputElement>("field-people"), "2");
  await step.updateComplete;
  find("send").click();
  await step.updateComplete;
  expect(sent()).toBe(1);
});

test("what only some have to bring says when", async () => {
  const { step } = await checklist();
  expect(step.renderRoot.textContent).toContain("for repaying early");
});

test("the card says code, what is missing and when, and on a kiosk has nothing to get lost by", async () => {
  const card: VisitCard = {
    kind: "visit",
    code: "ABCD1234",
    service: "贷款",
    missing: ["身份证"],
    complete: false,
    slot: "2026-11-24T02:00:00+00:00",
    when: "2026-11-24 10:00",
    address: "/v/ABCD1234",
  };
  const shown = document.createElement("lobby-visit-card") as VisitCardElement;
  Object.assign(shown, { card, base: "https://lobby.example" });
  document.body.append(shown);
  await shown.updateComplete;
  for (const part of ["ABCD 1234", "贷款", "身份证", "24", "10:00"]) expect(shown.renderRoot.textContent).toContain(part);
  expect(shown.renderRoot.querySelector("a")?.getAttribute("href")).toBe("https://lobby.example/v/ABCD1234");
  shown.kiosk = true;
  await shown.updateComplete;
  expect(shown.renderRoot.querySelector("a")).toBeNull();
});
