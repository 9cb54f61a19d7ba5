// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Printer, StaffVisit } from "../src/api/types";
import { feed } from "../src/staff/feed";
import { BranchServer } from "./branch-server";
import { staffTicket, texts } from "./queue-things";
import { all, one, words } from "./shadows";

let server: BranchServer;

beforeEach(async () => {
  server = await BranchServer.open("/staff");
  server.answer("/api/staff/tickets", { items: [staffTicket("A012")] });
  visitsAre();
  printerIs("ok");
  feed.start(() => {});
});

afterEach(async () => {
  document.body.replaceChildren();
  feed.end();
  await server.close();
});

function visitsAre(...items: StaffVisit[]): void {
  server.answer("/api/staff/visits", { day: "2026-11-23", items });
}

function printer(state: Printer["state"], since: string | null = null): Printer {
  return { state, since, message: texts(`printer ${state}`) };
}

function printerIs(state: Printer["state"]): void {
  server.answer("/api/staff/printer", printer(state));
}

function visit(more: Partial<StaffVisit> = {}): StaffVisit {
  return {
    slot: "2026-11-23T02:30:00Z",
    service: texts("Loan"),
    amount: null,
    complete: true,
    missing: [],
    state: "open",
    ticket_number: null,
    ...more,
  };
}

async function openPanel(): Promise<void> {
  await import("../src/staff/tickets-panel");
  const panel = Object.assign(document.createElement("lobby-tickets"), { locale: "en", zone: "Asia/Shanghai" });
  document.body.append(panel);
  await vi.waitFor(() => one("tickets"));
}

test("who is expected today stands with time, service, papers and whether they came", async () => {
  visitsAre(
    visit({ amount: "60000", complete: false, missing: [texts("ID card"), texts("Passbook")] }),
    visit({ slot: "2026-11-23T06:00:00Z", state: "checked_in", ticket_number: "D004" }),
    visit({ state: "cancelled", complete: false, missing: [texts("ID card")] }),
  );
  await openPanel();
  await vi.waitFor(() => expect(all(document, "appointment")).toHaveLength(3));
  const [first = "", second = "", third = ""] = all(document, "appointment").map((row) => row.textContent ?? "");
  for (const part of ["10:30", "Loan · ¥60,000", "missing: ID card, Passbook", "not here yet"]) expect(first).toContain(part);
  for (const part of ["14:00", "papers complete", "came, D004"]) expect(second).toContain(part);
  expect(third).toContain("cancelled");
  expect(third).not.toContain("ID card");
});

test("an appointment that is booked or checked in shows by itself", async () => {
  await openPanel();
  expect(all(document, "appointment")).toHaveLength(0);
  await vi.waitFor(() => expect(server.listeners).toBe(1));
  visitsAre(visit());
  server.news("visit_booked");
  await vi.waitFor(() => one("appointment"), 3000);
});

test("a branch without a printer has no line for one", async () => {
  printerIs("none");
  await openPanel();
  await vi.waitFor(() => expect(server.asked.some(({ path }) => path === "/api/staff/printer")).toBe(true));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(all(document, "printer")).toHaveLength(0);
});

test("a test slip shows what became of it", async () => {
  await openPanel();
  await vi.waitFor(() => expect(words("printer-state")).toBe("printer ok"));
  server.answer("POST /api/staff/printer/test", printer("paper_out", "2026-11-23T03:05:00Z"));
  one("printer-test").click();
  await vi.waitFor(() => expect(words("printer-state")).toBe("printer paper_out"));
  expect(words("printer")).toContain("since 11:05");
  server.answer("POST /api/staff/printer/test", { error: { code: "error" } }, 500);
  await vi.waitFor(() => expect((one("printer-test") as HTMLButtonElement).disabled).toBe(false));
  one("printer-test").click();
  await vi.waitFor(() => expect(words("printer")).toContain("did not work"));
});

test("the printer running out of paper shows by itself", async () => {
  await openPanel();
  await vi.waitFor(() => expect(server.listeners).toBe(1));
  printerIs("paper_out");
  server.news("printer");
  await vi.waitFor(() => expect(words("printer-state")).toBe("printer paper_out"), 3000);
});
