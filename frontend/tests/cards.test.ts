// @vitest-environment happy-dom
import { render } from "lit";
import { expect, test } from "vitest";
import { renderCard } from "../src/chat/cards/cards";
import type { Locale } from "../src/protocol/frames";

async function show(card: { kind: string } & Record<string, unknown>, locale: Locale = "zh-Hans", kiosk = false): Promise<string> {
  const place = document.createElement("div");
  document.body.append(place);
  render(renderCard(card, { locale, base: "https://lobby.example", kiosk, ticket: () => undefined }), place);
  const element = place.firstElementChild as (HTMLElement & { updateComplete: Promise<unknown> }) | null;
  await element?.updateComplete;
  return element?.shadowRoot?.innerHTML.replace(/<!--.*?-->/g, "").replace(/\s+/g, " ") ?? "";
}

const ticket = { kind: "ticket", number: "A012", service: "取款", zone: "现金区", windows: ["1号窗口", "2号窗口"], ahead: 1, wait_minutes: [8, 15], code: "abc" };

test("a ticket says number, people ahead, wait and windows, and links to its page", async () => {
  const text = await show(ticket);
  for (const part of ["A012", "1 人", "8–15 分钟", "1号窗口、2号窗口", "现金区"]) expect(text).toContain(part);
  expect(text).toContain('href="https://lobby.example/t/abc"');
  expect(text).toContain('src="https://lobby.example/api/qr.svg?path=%2Ft%2Fabc"');
  expect(await show(ticket, "en")).toContain("1 person");
});

test("on a kiosk a ticket has a code to scan and no link to get lost by", async () => {
  const text = await show(ticket, "zh-Hans", true);
  expect(text).toContain("qr.svg");
  expect(text).not.toContain("href=");
});

test("a ticket that is over asks nobody to wait", async () => {
  const text = await show({ ...ticket, state: "cancelled" });
  expect(text).toContain("已取消");
  expect(text).not.toContain("qr.svg");
  expect(text).not.toContain("分钟");
});

test("a complaint says number and due date", async () => {
  const text = await show({ kind: "complaint", number: "C20261123-0007", code: "cc", due_on: "2026-12-08" });
  for (const part of ["C20261123-0007", "2026年12月8日", 'href="https://lobby.example/c/cc"']) expect(text).toContain(part);
});

test("rates are a table with date and source, and the interest where it was asked for", async () => {
  const rates = {
    kind: "rates",
    currency: "CNY",
    rows: [{ product: "整存整取", term: "3年", rate: "1.25%", minimum: "50" }],
    valid_from: "2026-01-01",
    source: "示例银行",
    demo: true,
  };
  const text = await show(rates);
  for (const part of ["整存整取 3年", "1.25%", "2026年1月1日", "示例银行", "演示数据"]) expect(text).toContain(part);
  expect(text).not.toContain("到期利息");
  const result = { amount: "100000", term: "3年", rate: "1.25%", interest: "3750.00", total: "1103750.00" };
  const worked = await show({ ...rates, result });
  for (const part of ["到期利息", "3,750.00", "1,103,750.00"]) expect(worked).toContain(part);
});

test("an answer shows its steps in order, its source and how long it holds", async () => {
  const faq = { kind: "faq", title: "挂失", steps: ["先打电话", "再来网点"], source: "章程", valid_until: "2027-01-01" };
  const text = await show(faq);
  expect(text.indexOf("先打电话")).toBeLessThan(text.indexOf("再来网点"));
  expect(text).toContain("来源：章程 · 有效期至 2027年1月1日");
});

test("a place shows the plan of our own server only", async () => {
  const place = { kind: "place", zone: "cash", label: "现金区", plan: "/api/branch/plan.svg?zone=cash" };
  expect(await show(place)).toContain('src="https://lobby.example/api/branch/plan.svg?zone=cash"');
  expect(await show({ ...place, plan: "https://evil.example/x.svg" })).not.toContain("<img");
});

test("an unknown card shows nothing", async () => {
  expect(await show({ kind: "hologram" })).toBe("");
});
