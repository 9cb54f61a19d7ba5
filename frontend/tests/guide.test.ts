// @vitest-environment happy-dom
import { render } from "lit";
import { expect, test } from "vitest";
import { renderCard } from "../src/chat/cards/cards";
import { keyMove, moved, screenOf } from "../src/guide/screens";

const PLAIN = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };

test("a page loaded again is at the screen its address names", () => {
  expect(screenOf("#3", 6)).toBe(2);
  expect(screenOf("#6", 6)).toBe(5);
});

test("an address that names no screen of this guide leads to the first one", () => {
  for (const hash of ["", "#", "#0", "#7", "#-1", "#2.5", "#two"]) expect(screenOf(hash, 6)).toBe(0);
});

test("moves end at the first and at the last screen", () => {
  expect(moved(0, "next", 6)).toBe(1);
  expect(moved(5, "next", 6)).toBe(5);
  expect(moved(3, "previous", 6)).toBe(2);
  expect(moved(0, "previous", 6)).toBe(0);
  expect(moved(2, "last", 6)).toBe(5);
  expect(moved(4, "first", 6)).toBe(0);
});

test("keys turn the pages, but not together with a modifier or when they mean something else", () => {
  expect(keyMove({ ...PLAIN, key: "ArrowRight" })).toBe("next");
  expect(keyMove({ ...PLAIN, key: "PageUp" })).toBe("previous");
  expect(keyMove({ ...PLAIN, key: "End" })).toBe("last");
  expect(keyMove({ ...PLAIN, key: "ArrowLeft", altKey: true })).toBeNull();
  expect(keyMove({ ...PLAIN, key: "Enter" })).toBeNull();
});

const card = {
  kind: "guide",
  machine: "cash_machine",
  task: "withdraw",
  title: "在存取款机上取款",
  steps: ["插卡", "输入密码", "取款", "退卡"],
  warning: "别走开",
  address: "/guide/cash_machine/withdraw",
};

async function show(given: { kind: string } & Record<string, unknown>, kiosk = false): Promise<ShadowRoot> {
  const place = document.createElement("div");
  document.body.append(place);
  render(renderCard(given, { locale: "zh-Hans", base: "https://lobby.example", kiosk, session: null, ticket: () => undefined }), place);
  const element = place.firstElementChild as HTMLElement & { updateComplete: Promise<unknown> };
  await element.updateComplete;
  return element.shadowRoot as ShadowRoot;
}

test("a guide says its steps in order, warns first, and links to its page", async () => {
  const root = await show(card);
  expect([...root.querySelectorAll("li")].map((step) => step.textContent)).toEqual(card.steps);
  const warning = root.querySelector(".warning") as Element;
  expect(warning.textContent).toContain("别走开");
  expect(warning.compareDocumentPosition(root.querySelector("ol") as Node)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
  expect(root.querySelector("a")?.getAttribute("href")).toBe("https://lobby.example/guide/cash_machine/withdraw");
});

test("on a kiosk a guide has a code to take along and no link to get lost by", async () => {
  const root = await show(card, true);
  expect(root.querySelector("img")?.getAttribute("src")).toContain("qr.svg");
  expect(root.querySelector("a")).toBeNull();
});

test("a guide without danger warns of nothing", async () => {
  const root = await show({ ...card, warning: null });
  expect(root.querySelector(".warning")).toBeNull();
});
