import { expect, test } from "vitest";
import { backoff } from "../src/client/backoff";
import { sessionStore } from "../src/client/session-store";
import { socketAddress } from "../src/client/address";
import { planSource } from "../src/chat/cards/place-card";
import { calendarDate, characters, clockTime, dayAndTime, percent } from "../src/parts/format";
import { pieces } from "../src/parts/masked-text";
import { readFrame } from "../src/protocol/frames";

test("masked tokens are cut out of the text around them", () => {
  expect(pieces("打 ⟨phone:1⟩ 或写 ⟨email:12⟩。")).toEqual(["打 ", { hidden: "phone" }, " 或写 ", { hidden: "email" }, "。"]);
  expect(pieces("⟨id_card:1⟩")).toEqual([{ hidden: "id_card" }]);
});

test("what only looks like a token stays text", () => {
  for (const text of ["〈phone:1〉", "<phone:1>", "⟨phone⟩", "⟨phone:x⟩", "⟨Phone 1⟩", ""]) {
    expect(pieces(text)).toEqual(text ? [text] : []);
  }
});

test("times are shown in the branch's zone", () => {
  expect(clockTime("2026-11-23T01:05:00Z", "en", "Asia/Shanghai")).toBe("09:05");
  expect(clockTime("2026-11-23T16:05:00Z", "zh-Hans", "Asia/Shanghai")).toBe("00:05");
  expect(dayAndTime("2026-11-23T16:30:00Z", "zh-Hans", "Asia/Shanghai")).toContain("24");
});

test("a date has no zone", () => {
  expect(calendarDate("2026-12-08", "en")).toBe("8 December 2026");
  expect(calendarDate("2026-12-08", "zh-Hans")).toBe("2026年12月8日");
  expect(calendarDate("2026-12-08", "zh-Hant")).toBe("2026年12月8日");
});

test("shares are shown as whole percents", () => {
  expect(percent(0.934)).toBe("93%");
});

test("characters are counted as the server counts them", () => {
  expect(characters("𠮷a好")).toBe(3);
});

test("reconnecting waits longer each time, up to a limit, and never all at once", () => {
  expect(backoff(0, 1)).toBe(500);
  expect(backoff(0, 0)).toBe(250);
  expect(backoff(3, 1)).toBe(4000);
  expect(backoff(50, 1)).toBe(20_000);
  expect(backoff(50, 0)).toBe(10_000);
});

test("the socket is beside the page or script", () => {
  expect(socketAddress("http://127.0.0.1:8080/kiosk?device=a")).toBe("ws://127.0.0.1:8080/ws");
  expect(socketAddress("https://lobby.example")).toBe("wss://lobby.example/ws");
});

test("a plan is only ever a picture of our own server", () => {
  expect(planSource("/api/branch/plan.svg?zone=a", "https://lobby.example")).toBe(
    "https://lobby.example/api/branch/plan.svg?zone=a",
  );
  expect(planSource("//evil.example/x.svg", "")).toBeNull();
  expect(planSource("https://evil.example/x.svg", "")).toBeNull();
  expect(planSource("javascript:alert(1)", "")).toBeNull();
  expect(planSource("<svg></svg>", "")).toMatch(/^data:image\/svg\+xml/);
});

test("a session lasts as long as the page where storage is blocked", () => {
  const store = sessionStore(() => {
    throw new Error("blocked");
  });
  store.save("s");
  expect(store.load()).toBe("s");
  store.clear();
  expect(store.load()).toBeNull();
});

test("only objects with a type are frames", () => {
  expect(readFrame('{"type":"pong"}')).toEqual({ type: "pong" });
  for (const data of ["", "null", "1", "{}", "[]", new ArrayBuffer(2)]) expect(readFrame(data)).toBeNull();
});
