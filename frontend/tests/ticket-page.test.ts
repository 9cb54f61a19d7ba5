// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BranchServer } from "./branch-server";
import { texts, ticket } from "./queue-things";
import { all, one, words } from "./shadows";

const PATH = "/api/tickets/CODE";
let server: BranchServer;

beforeEach(async () => {
  server = await BranchServer.open("/t/CODE");
  server.answer("/api/branch", { name: texts("Branch"), timezone: "Asia/Shanghai" });
  localStorage.setItem("lobby.locale", "en");
});

afterEach(async () => {
  document.body.replaceChildren();
  localStorage.clear();
  await server.close();
});

async function openPage(): Promise<void> {
  await import("../src/ticket/ticket-page");
  document.body.append(document.createElement("lobby-ticket-page"));
  await vi.waitFor(() => one("ticket"));
}

test("a waiting customer reads number, people ahead and wait, and the title carries the number", async () => {
  server.answer(PATH, ticket({ further: [{ "zh-Hans": "开户", "zh-Hant": "開戶", en: "New account" }] }));
  await openPage();
  expect(words("ticket-number")).toBe("A012");
  expect(words("ticket-ahead")).toBe("3 people");
  expect(words("ticket-wait")).toBe("8–15 min most likely 11 min");
  expect(words("ticket-further")).toBe("New account");
  expect(document.title).toBe("A012 · Not yet your turn");
});

test("a customer who is late has the place kept for the chosen minutes and says so when back", async () => {
  const until = new Date(Date.now() + 600_000).toISOString();
  server.answer(PATH, ticket());
  server.answer(`POST ${PATH}/hold`, ticket({ held_until: until }));
  server.answer(`POST ${PATH}/here`, ticket());
  await openPage();
  expect(all(document, "hold").map((button) => button.textContent?.trim())).toEqual(["5 min", "10 min", "15 min"]);
  all(document, "hold")[1]?.click();
  await vi.waitFor(() => expect(words("told")).toBe("Fine, we keep your place."));
  expect(server.posted(`${PATH}/hold`).map(({ body }) => body)).toEqual([{ minutes: 10 }]);
  expect(all(document, "hold")).toEqual([]);
  one("here").click();
  await vi.waitFor(() => expect(all(document, "hold")).toHaveLength(3));
});

test("a call changes the page, its title, and shakes the phone; so does every further call", async () => {
  const shake = vi.fn();
  vi.stubGlobal("navigator", Object.assign(navigator, { vibrate: shake }));
  server.answer(PATH, ticket());
  await openPage();
  await vi.waitFor(() => expect(server.listeners).toBe(1));
  window.dispatchEvent(new Event("pointerdown")); // before, browsers neither ring nor shake
  const called = ticket({ state: "called", window: ticket().windows[0]!, calls: 1, called_at: "2026-11-23T01:10:00Z" });
  server.answer(PATH, called);
  server.news("ticket_called");
  await vi.waitFor(() => expect(words("ticket-headline")).toBe("Please come to Window 1"));
  await vi.waitFor(() => expect(document.title).toBe("A012 · Please come to Window 1"));
  expect(shake).toHaveBeenCalledOnce();
  server.answer(PATH, { ...called, calls: 2 });
  server.news("ticket_recalled");
  await vi.waitFor(() => expect(shake).toHaveBeenCalledTimes(2));
});

test("cancelling asks first", async () => {
  server.answer(PATH, ticket());
  server.answer(`POST ${PATH}/cancel`, ticket({ state: "cancelled" }));
  await openPage();
  one("cancel").click();
  expect(server.posted(`${PATH}/cancel`)).toEqual([]);
  one("cancel-yes").click();
  await vi.waitFor(() => expect(one("ticket").dataset["state"]).toBe("cancelled"));
  expect(words("ticket-todo")).toContain("new number");
});

test("what is no longer possible is said, and the page shows how things are", async () => {
  server.answer(PATH, ticket());
  server.answer(`POST ${PATH}/delay`, { error: { code: "conflict", message: "" } }, 409);
  await openPage();
  server.answer(PATH, ticket({ state: "done" }));
  one("delay").click();
  await vi.waitFor(() => expect(words("told")).toContain("no longer possible"));
  expect(words("ticket-headline")).toBe("All done");
});

test("the way without steps is another plan and other words", async () => {
  server.answer(PATH, ticket());
  const way = { zone_id: "cash", start: "Kiosk", plan: "/api/branch/plan.svg?zone=cash", metres: 12.4 };
  server.answer("/api/branch/way", { ...way, steps: ["Walk straight on.", "Turn left."] });
  await openPage();
  await vi.waitFor(() => expect(words("way-steps")).toBe("Walk straight on.Turn left."));
  server.answer("/api/branch/way", { ...way, steps: ["Take the ramp."] });
  one("step-free").click();
  await vi.waitFor(() => expect(words("way-steps")).toBe("Take the ramp."));
  const ways = server.asked.filter(({ path }) => path.startsWith("/api/branch/way"));
  expect(ways.map(({ path }) => path.includes("step_free=true"))).toEqual([false, true]);
});

test("somebody else's code is a kind page", async () => {
  await import("../src/ticket/ticket-page");
  document.body.append(document.createElement("lobby-ticket-page"));
  await vi.waitFor(() => expect(words("not-found")).toContain("We can't find this number"));
});

test("a lost connection is said, and what happened meanwhile is there when it is back", async () => {
  server.answer(PATH, ticket());
  await openPage();
  await vi.waitFor(() => expect(server.listeners).toBe(1));
  server.answer(PATH, ticket({ ahead: 1 }));
  server.breakStreams();
  await vi.waitFor(() => expect(words("offline")).toContain("Connection lost"));
  await vi.waitFor(() => expect(words("ticket-ahead")).toBe("1 person"), 3000);
  expect(words("offline")).toBe("");
});
