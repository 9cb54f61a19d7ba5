import { expect, test } from "vitest";
import { headline, isNewCall, todo, wishes } from "../src/ticket/ticket-words";
import { ticket } from "./queue-things";

const now = new Date("2026-11-23T02:00:00Z");
const reading = { locale: "en", zone: "Asia/Shanghai", now } as const;
const window = ticket().windows[0]!;

test("a place is kept until a time of the branch's own clock, and a hold that has run out is none", () => {
  const held = ticket({ held_until: "2026-11-23T02:10:00Z" });
  expect(headline(held, reading)).toBe("Your place is kept until 10:10");
  expect(wishes(held, now)).toEqual(["here", "cancel"]);
  const over = ticket({ held_until: "2026-11-23T01:59:00Z" });
  expect(headline(over, reading)).toBe("Not yet your turn");
  expect(wishes(over, now)).toEqual(["hold", "delay", "cancel"]);
});

test("who is first is told to come near, unless no window is open", () => {
  expect(headline(ticket({ ahead: 0 }), reading)).toBe("You are next");
  expect(todo(ticket({ ahead: 0 }), reading)).toContain("Cash area");
  const closed = ticket({ ahead: 0, open_windows: 0 });
  expect(headline(closed, reading)).toBe("Not yet your turn");
  expect(todo(closed, reading)).toContain("No window");
});

test("a called number names its window, in the customer's language", () => {
  const called = ticket({ state: "called", window });
  expect(headline(called, reading)).toBe("Please come to Window 1");
  expect(headline(called, { ...reading, locale: "zh-Hant" })).toContain("Window 1·繁");
  expect(headline(ticket({ state: "serving", window }), reading)).toContain("Window 1");
});

test("a missed number may rejoin while there is time, and is told what else to do after that", () => {
  const inTime = ticket({ state: "no_show", rejoin_until: "2026-11-23T02:20:00Z" });
  expect(wishes(inTime, now)).toEqual(["rejoin"]);
  expect(todo(inTime, reading)).toContain("10:20");
  const late = ticket({ state: "no_show", rejoin_until: "2026-11-23T01:20:00Z" });
  expect(wishes(late, now)).toEqual([]);
  expect(todo(late, reading)).toContain("new number");
});

test("whoever is served with more to come is told to watch for it", () => {
  const serving = ticket({ state: "serving", window });
  expect(todo({ ...serving, further: [ticket().service] }, reading)).not.toBe(todo(serving, reading));
});

test("every state has a next step, and no number that is over asks for anything", () => {
  for (const state of ["parked", "done", "cancelled", "expired"] as const) {
    expect(todo(ticket({ state }), reading).length).toBeGreaterThan(10);
    expect(wishes(ticket({ state }), now)).toEqual([]);
  }
});

test("being called, and called again, is a new call; being looked at twice is none", () => {
  const called = ticket({ state: "called", calls: 1, called_at: "2026-11-23T02:00:00Z" });
  expect(isNewCall(called, ticket())).toBe(true);
  expect(isNewCall({ ...called, calls: 2 }, called)).toBe(true);
  expect(isNewCall(called, called)).toBe(false);
  expect(isNewCall({ ...called, state: "serving" }, called)).toBe(false);
});
