// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BranchServer } from "./branch-server";
import { board, call, texts } from "./queue-things";
import { all, one, words } from "./shadows";

let server: BranchServer;
const spoken: string[] = [];

beforeEach(async () => {
  server = await BranchServer.open("/board");
  server.answer("/api/branch", { name: texts("Branch"), timezone: "Asia/Shanghai" });
  localStorage.setItem("lobby.locale", "en");
  spoken.length = 0;
  vi.stubGlobal("SpeechSynthesisUtterance", class {
    constructor(readonly text: string) {}
  });
  vi.stubGlobal("speechSynthesis", {
    getVoices: () => [{ lang: "zh-CN" }, { lang: "zh-HK" }, { lang: "en-GB" }],
    cancel: () => {},
    speak: (utterance: SpeechSynthesisUtterance) => {
      spoken.push(utterance.text);
      queueMicrotask(() => utterance.onend?.call(utterance, {} as SpeechSynthesisEvent));
    },
  });
});

afterEach(async () => {
  document.body.replaceChildren();
  localStorage.clear();
  await server.close();
});

async function openBoard(calling = [call("A001")]): Promise<void> {
  server.answer("/api/board", board(calling));
  await import("../src/board/board-app");
  document.body.append(document.createElement("lobby-board"));
  await vi.waitFor(() => one("waits"));
  await vi.waitFor(() => expect(server.listeners).toBe(1));
}

async function callNow(...calling: ReturnType<typeof call>[]): Promise<void> {
  server.answer("/api/board", board(calling));
  server.news("ticket_called");
  await vi.waitFor(() => expect(all(document, "call")).toHaveLength(calling.length));
}

const press = (key: string) => window.dispatchEvent(new KeyboardEvent("keydown", { key }));

test("numbers that were called before the board was opened are shown, not announced", async () => {
  await openBoard();
  expect(all(document, "call").map((line) => line.textContent?.replace(/\s+/g, " ").trim())).toEqual(["A001 Window 1"]);
  expect(words("announcement")).toBe("");
});

test("a new call flashes, is announced, and once the page was touched is said in three languages", async () => {
  await openBoard();
  expect(words("voice-start")).toContain("Press any key");
  await callNow(call("A001"), call("A002"));
  expect(words("announcement")).toBe("A002, please go to Window 1");
  expect(document.querySelector("lobby-board")?.hasAttribute("flashing")).toBe(true);
  expect(spoken).toEqual([]);
  press("Enter");
  await callNow(call("A001"), call("A002"), call("A003"));
  await vi.waitFor(() =>
    expect(spoken).toEqual(["请 A 0 0 3 号到 Window 1·简", "請 A 0 0 3 號到 Window 1·繁", "A 0 0 3, please go to Window 1"]),
  );
});

test("a repeated call is said again, and M silences", async () => {
  await openBoard();
  press("Enter");
  server.answer("/api/board", board([call("A001", { calls: 2 })]));
  server.news("ticket_recalled");
  await vi.waitFor(() => expect(spoken).toHaveLength(3));
  press("m");
  await callNow(call("A001", { calls: 2 }), call("A002"));
  expect(spoken).toHaveLength(3);
  expect(words("announcement")).toContain("A002");
});

test("after a lost connection the board says of when it is, and catches up when it is back", async () => {
  await openBoard();
  server.breakStreams();
  await vi.waitFor(() => expect(words("board-stale")).toContain("09:10"));
  server.answer("/api/board", board([call("A007")]));
  await vi.waitFor(() => expect(words("announcement")).toContain("A007"), 3000);
  expect(words("board-stale")).toBe("");
});
