// @vitest-environment happy-dom
import { render } from "lit";
import { expect, test } from "vitest";
import { renderCard } from "../src/chat/cards/cards";
import type { Locale } from "../src/protocol/frames";

async function show(card: { kind: string } & Record<string, unknown>, locale: Locale = "zh-Hans", kiosk = false): Promise<string> {
  const place = document.createElement("div");
  document.body.append(place);
  render(renderCard(card, { locale, base: "https://lobby.example", kiosk, session: null, ticket: () => undefined }), place);
  return place.firstElementChild ? shadow(place.firstElementChild as Drawn) : "";
}

type Drawn = HTMLElement & { updateComplete?: Promise<unknown> };

/** What an element and those inside it have drawn. */
async function shadow(element: Drawn): Promise<string> {
  await element.updateComplete;
  const root = element.shadowRoot;
  if (!root) return "";
  const inner = await Promise.all([...root.querySelectorAll<Drawn>("*")].map(shadow));
  return root.innerHTML.replace(/<!--.*?-->/g, "").replace(/\s+/g, " ") + inner.join("");
}

/** The words in the cells of a table's body, row by row. */
function cells(text: string): string[][] {
  const body = text.slice(text.indexOf("<tbody>"), text.indexOf("</tbody>"));
  return [...body.matchAll(/<tr>(.*?)<\/tr>/g)].map((row) =>
    [...(row[1] ?? "").matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map((cell) => (cell[1] ?? "").replace(/<[^>]*>/g, "").trim()),
  );
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

const loan = {
  kind: "loan",
  product: "住房贷款",
  amount: "500000",
  term: "20年",
  rate: "3.10%",
  rows: [
    { way: "等额本息", first: "2798.08", last: "2799.52", interest: "171540.64", total: "671540.64" },
    { way: "等额本金", first: "3375.00", last: "2089.51", interest: "155646.09", total: "655646.09" },
  ],
  valid_from: "2026-01-01",
  source: "示例银行",
  demo: true,
};

test("a loan shows both ways of repaying it side by side, as an estimate with its source", async () => {
  const text = await show(loan);
  for (const part of ["住房贷款", "500,000 元 · 20年 · 年利率 3.10%", "等额本息", "171,540.64", "655,646.09"]) expect(text).toContain(part);
  for (const part of ["以审批为准", "2026年1月1日", "来源：示例银行", "演示数据"]) expect(text).toContain(part);
  expect(cells(text)).toEqual([
    ["第一个月还", "2,798.08", "3,375.00"],
    ["最后一个月还", "2,799.52", "2,089.51"],
    ["利息合计", "171,540.64", "155,646.09"],
    ["总共还", "671,540.64", "655,646.09"],
  ]);
  expect(await show({ ...loan, demo: false })).not.toContain("演示数据");
});

const quotes = {
  kind: "exchange",
  rows: [{ currency: "USD", unit: "100", buy: "710.50", buy_cash: "704.70", sell: "713.50" }],
  valid_from: "2026-01-01",
  source: "示例银行",
};

test("exchange rates name each currency in the customer's language", async () => {
  expect(cells(await show(quotes))).toEqual([["美元 100", "710.50", "704.70", "713.50"]]);
  expect(cells(await show(quotes, "en"))[0]?.[0]).toBe("US Dollar 100");
  expect(await show(quotes)).not.toContain("<dl>");
});

test("an exchange shows what is given and what comes of it", async () => {
  const result = { amount: "1000", from: "USD", result: "7105.00", to: "CNY", rate: "7.105" };
  const text = await show({ ...quotes, result });
  for (const part of ["美元", "1,000", "人民币", "7,105.00"]) expect(text).toContain(part);
});

const fees = {
  kind: "fees",
  amount: "50000",
  columns: ["转到本行", "转到其他银行"],
  rows: [
    { channel: "手机银行", fees: ["免费", "免费"] },
    { channel: "柜台", fees: ["免费", "15.00 元"] },
  ],
  valid_from: "2026-01-01",
  source: "示例银行",
};

test("fees are a table of channels and banks, with the amount where there is one", async () => {
  const text = await show(fees);
  expect(text).toContain("转 50,000 元");
  expect(cells(text)).toEqual([
    ["手机银行", "免费", "免费"],
    ["柜台", "免费", "15.00 元"],
  ]);
  expect(await show({ ...fees, amount: null })).not.toContain("50,000");
});

test("every table of figures says what its rows and columns are, in every locale", async () => {
  for (const card of [loan, quotes, fees]) {
    for (const locale of ["zh-Hans", "zh-Hant", "en"] as const) {
      const text = await show(card, locale);
      expect(text).toMatch(/<caption[^>]*>\s*\S/);
      const columns = text.match(/<th scope="col">\s*[^<\s]/g)?.length;
      const first = cells(text)[0];
      expect(columns).toBe(first?.length);
      expect(text.match(/<th scope="row">/g)?.length).toBe(cells(text).length);
    }
  }
});

test("an answer shows its steps in order, its source and how long it holds", async () => {
  const faq = { kind: "faq", title: "挂失", steps: ["先打电话", "再来网点"], source: "章程", valid_until: "2027-01-01" };
  const text = await show(faq);
  expect(text.indexOf("先打电话")).toBeLessThan(text.indexOf("再来网点"));
  expect(text).toContain("来源：章程 · 有效期至 2027年1月1日");
});

const product = {
  kind: "product",
  id: "steady_bond",
  name: "青禾稳健一年",
  category: "理财产品",
  risk: "R2",
  minimum: "1,000",
  term: "封闭1年",
  about: "主要投债券。",
  caveat: "不是存款，可能亏损。",
  source: "演示用虚构数据",
  demo: true,
};

test("a product says its risk, minimum and term, and what to mind", async () => {
  const text = await show(product);
  for (const part of ["青禾稳健一年", "理财产品", "R2（中低）", "1,000 元", "封闭1年", "主要投债券", "请先留意", "可能亏损"]) {
    expect(text).toContain(part);
  }
  expect(text).toContain("来源：演示用虚构数据 · 演示数据");
  expect(text).toContain('aria-label="理财产品 青禾稳健一年"');
  expect(text).toContain('role="note"');
});

test("a product is described in the language of its message", async () => {
  const english = await show({ ...product, name: "Greenfield Steady" }, "en");
  for (const part of ["R2 (medium-low)", "1,000 yuan", "Please mind", 'lang="en"']) expect(english).toContain(part);
  expect(await show(product, "zh-Hant")).toContain("風險等級");
});

test("a product without risk, minimum or caveat shows no empty rows", async () => {
  const text = await show({ ...product, risk: null, minimum: null, caveat: null, demo: false });
  for (const part of ["风险等级", "起点金额", "请先留意", "演示数据"]) expect(text).not.toContain(part);
  expect(text).toContain("封闭1年");
});

test("a place shows the plan of our own server only", async () => {
  const place = { kind: "place", zone: "cash", label: "现金区", plan: "/api/branch/plan.svg?zone=cash" };
  expect(await show(place)).toContain('src="https://lobby.example/api/branch/plan.svg?zone=cash"');
  expect(await show({ ...place, plan: "https://evil.example/x.svg" })).not.toContain("<img");
});

test("a place says the way in words, and the way without steps where that is asked for", async () => {
  const place = {
    kind: "place",
    zone: "现金区",
    label: "现金区",
    plan: "/api/branch/plan.svg?zone=cash",
    directions: "进门直走。",
    steps: ["上三级台阶", "左转"],
    step_free: { plan: "/api/branch/plan.svg?zone=cash&step_free=true", steps: ["走坡道"] },
  };
  const usual = await show(place);
  expect(usual).toContain("<li>上三级台阶</li><li>左转</li>");
  expect(usual).not.toContain("进门直走");
  const card = document.body.lastElementChild?.firstElementChild as Drawn;
  card.shadowRoot?.querySelector("lobby-way")?.shadowRoot?.querySelector("input")?.click();
  const stepFree = await shadow(card);
  expect(stepFree).toContain("<li>走坡道</li>");
  expect(stepFree).not.toContain("台阶</li>");
  expect(stepFree).toContain("step_free=true");
});

test("a place whose way is not known is still described, and offers no other way", async () => {
  const place = { kind: "place", zone: "a", label: "洗手间", plan: "/p.svg", directions: "在右手边。", steps: [], step_free: { plan: "/p.svg", steps: [] } };
  const text = await show(place);
  expect(text).toContain("在右手边。");
  expect(text).not.toContain("checkbox");
});

test("a number set aside or at the window still leads to its page", async () => {
  for (const [state, words] of [["parked", "先放在一边"], ["serving", "办理中"]] as const) {
    const text = await show({ ...ticket, state });
    expect(text).toContain(words);
    expect(text).toContain("qr.svg");
    expect(text).not.toContain("分钟");
  }
});

test("an unknown card shows nothing", async () => {
  expect(await show({ kind: "hologram" })).toBe("");
});
