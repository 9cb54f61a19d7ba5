// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { StaffWindow } from "../src/api/types";
import { feed } from "../src/staff/feed";
import { newlyLate } from "../src/staff/late";
import { BranchServer } from "./branch-server";
import { queue, staffTicket, staffWindow, texts } from "./queue-things";
import { all, one, words } from "./shadows";

const DEEDS = "/api/staff/windows/1";
let server: BranchServer;

beforeEach(async () => {
  server = await BranchServer.open("/staff");
  localStorage.setItem("lobby.staff.window", "1");
  server.answer("/api/staff/queues", { items: [queue("withdrawal")] });
});

afterEach(async () => {
  document.body.replaceChildren();
  feed.end();
  localStorage.clear();
  await server.close();
});

function windowsAre(...items: StaffWindow[]): void {
  server.answer("/api/staff/windows", { items });
}

async function openPanel(...items: StaffWindow[]): Promise<void> {
  windowsAre(...items);
  await import("../src/staff/windows-panel");
  const panel = Object.assign(document.createElement("lobby-windows"), { locale: "en" });
  document.body.append(panel);
  await vi.waitFor(() => one("current-number"));
  await vi.waitFor(() => one("queues"));
}

function press(key: string, on: EventTarget = window): void {
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
}

const withTicket = (more = {}) => staffWindow("1", { current: staffTicket("A012", more) });

test("the customer at the window is shown with all that is known", async () => {
  const known = {
    amount: "35000",
    customer_class: { id: "elderly", label: texts("Elderly") },
    further: [{ id: "account", label: texts("New account") }],
    papers: "missing" as const,
    missing: [texts("ID card")],
    calls: 2,
  };
  await openPanel(withTicket(known));
  const shown = document.querySelector("lobby-windows")?.shadowRoot?.querySelector(".ticket")?.textContent ?? "";
  for (const part of ["A012", "Withdrawal", "¥35,000", "Elderly", "New account", "missing: ID card", "2 times"]) expect(shown).toContain(part);
});

test("N calls the next number, by key as by button", async () => {
  await openPanel(staffWindow("1"));
  server.answer(`POST ${DEEDS}/next`, { ticket: staffTicket("A013") });
  press("n");
  await vi.waitFor(() => expect(words("told")).toBe("A013 called."));
  one("call-next").click();
  await vi.waitFor(() => expect(server.posted(`${DEEDS}/next`)).toHaveLength(2));
});

test("letters that are typed, held down, or belong to the browser call nobody", async () => {
  await openPanel(staffWindow("1"));
  press("n", one("call-number"));
  window.dispatchEvent(new KeyboardEvent("keydown", { key: "n", repeat: true }));
  window.dispatchEvent(new KeyboardEvent("keydown", { key: "n", ctrlKey: true }));
  one("switch-shortcuts").click();
  press("n");
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(server.posted(`${DEEDS}/next`)).toEqual([]);
});

test("a shortcut is not typed into what it opens, and what is typed stays typed", async () => {
  await openPanel(withTicket());
  const event = (on: EventTarget, key: string): boolean =>
    on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true }));
  expect(event(window, "c")).toBe(false);
  expect(event(one("call-number"), "c")).toBe(true);
});

test("after a call by number, letters are shortcuts again", async () => {
  await openPanel(staffWindow("1"));
  server.answer(`POST ${DEEDS}/call`, staffTicket("A012"));
  const field = one("call-number") as HTMLInputElement;
  field.focus();
  field.value = "a012";
  field.form?.requestSubmit();
  await vi.waitFor(() => expect(words("told")).toBe("A012 called."));
  await vi.waitFor(() => expect(field.value).toBe(""));
  expect((field.getRootNode() as ShadowRoot).activeElement).not.toBe(field);
});

test("a number that is being called cannot be started twice, one that is served cannot be a no-show", async () => {
  await openPanel(withTicket({ state: "serving" }));
  const disabled = (testid: string) => one(testid).hasAttribute("disabled");
  expect(["recall", "start", "no-show", "finish", "park", "transfer"].filter(disabled)).toEqual(["recall", "start", "no-show"]);
  press("x");
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(server.posted(`${DEEDS}/no-show`)).toEqual([]);
});

test("a mistaken no-show is undone by calling the number again", async () => {
  await openPanel(withTicket({ calls: 2 }));
  server.answer(`POST ${DEEDS}/no-show`, staffTicket("A012", { state: "no_show" }));
  server.answer(`POST ${DEEDS}/call`, staffTicket("A012"));
  press("x");
  await vi.waitFor(() => expect(words("told")).toBe("A012 marked as no-show."));
  press("u");
  await vi.waitFor(() => expect(words("told")).toBe("A012 called."));
  expect(server.posted(`${DEEDS}/call`).map(({ body }) => body)).toEqual([{ number: "A012" }]);
  expect(all(document, "undo")).toEqual([]);
});

test("a refusal says in words what to do", async () => {
  await openPanel(withTicket());
  server.answer(`POST ${DEEDS}/no-show`, { error: { code: "conflict", message: "" } }, 409);
  one("no-show").click();
  await vi.waitFor(() => expect(words("problem")).toContain("call again first"));
  server.answer(`POST ${DEEDS}/call`, { error: { code: "not_found", message: "" } }, 404);
  (one("call-number") as HTMLInputElement).value = "z999";
  one("call-one").click();
  await vi.waitFor(() => expect(words("problem")).toContain("no such number"));
  expect(server.posted(`${DEEDS}/call`).map(({ body }) => body)).toEqual([{ number: "Z999" }]);
});

test("a window is opened, paused and closed, and calls nobody unless it is open", async () => {
  await openPanel(staffWindow("1", { state: "paused" }));
  expect(one("call-next").hasAttribute("disabled")).toBe(true);
  windowsAre(staffWindow("1"));
  server.answer(`POST ${DEEDS}/state`, staffWindow("1"));
  one("state-open").click();
  await vi.waitFor(() => expect(one("call-next").hasAttribute("disabled")).toBe(false));
  expect(server.posted(`${DEEDS}/state`).map(({ body }) => body)).toEqual([{ state: "open" }]);
});

test("a transfer offers the windows that do the chosen service, but one's own and closed ones", async () => {
  const account = [{ id: "account", label: texts("New account") }];
  await openPanel(
    withTicket(),
    staffWindow("2"),
    staffWindow("3", { state: "closed" }),
    staffWindow("4", { services: account }),
  );
  server.answer(`POST ${DEEDS}/transfer`, staffTicket("A012", { state: "waiting" }));
  press("t");
  const choices = (testid: string) => [...(one(testid) as HTMLSelectElement).options].map(({ value }) => value);
  await vi.waitFor(() => expect(choices("transfer-window")).toEqual(["", "2"]));
  const service = one("transfer-service") as HTMLSelectElement;
  expect(choices("transfer-service")).toEqual(["", "account"]);
  service.value = "account";
  service.dispatchEvent(new Event("change"));
  await vi.waitFor(() => expect(choices("transfer-window")).toEqual(["", "4"]));
  one("transfer-submit").click();
  await vi.waitFor(() => expect(words("told")).toContain("transferred"));
  expect(server.posted(`${DEEDS}/transfer`).map(({ body }) => body)).toEqual([{ service_id: "account", window_id: null }]);
});

test("news of the queue reach the panel, after a lost connection too", async () => {
  await openPanel(staffWindow("1"));
  feed.start(() => {});
  await vi.waitFor(() => expect(server.listeners).toBe(1));
  windowsAre(withTicket());
  server.news("ticket_called");
  await vi.waitFor(() => expect(words("current-number")).toBe("A012"), 3000);
  server.breakStreams();
  windowsAre(staffWindow("1", { current: staffTicket("A099") }));
  await vi.waitFor(() => expect(words("current-number")).toBe("A099"), 3000);
});

test("a wait over the promise is told in words until it is over", async () => {
  server.answer("/api/staff/queues", { items: [queue("Withdrawal", { late: ["A001"], promise_minutes: 20 })] });
  await openPanel(staffWindow("1"));
  expect(words("late-alert")).toBe("A001 (Withdrawal) has waited longer than the promised 20 min.");
  expect(words("queue-row")).toContain("Too long: A001");
  feed.start(() => {});
  await vi.waitFor(() => expect(server.listeners).toBe(1));
  server.answer("/api/staff/queues", { items: [queue("Withdrawal")] });
  server.news("ticket_called");
  await vi.waitFor(() => expect(words("late-alert")).toBe(""), 3000);
});

test("who is late already is no news, who becomes late is, in whatever line", () => {
  const before = [queue("a", { late: ["A001"] }), queue("b")];
  const after = [queue("a", { late: ["A001", "A002"] }), queue("b", { late: ["B001"] })];
  expect(newlyLate(after, before).map(({ number, queue: { id } }) => [number, id])).toEqual([["A002", "a"], ["B001", "b"]]);
  expect(newlyLate(after, after)).toEqual([]);
});
