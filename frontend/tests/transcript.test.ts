import { expect, test } from "vitest";
import { Transcript, ticketOf } from "../src/client/transcript";
import type { Message, Notice, TicketCard } from "../src/protocol/frames";

const card: TicketCard = {
  kind: "ticket",
  number: "A012",
  service: "现金取款",
  zone: "现金区",
  windows: ["1号窗口"],
  ahead: 4,
  wait_minutes: [8, 15],
  code: "abc",
  state: "waiting",
};

function message(seq: number, more: Partial<Message> = {}): Message {
  const at = "2026-11-23T01:00:00Z";
  return { type: "message", seq, at, sender: "bot", text: String(seq), locale: "en", choices: [], cards: [], ...more };
}

function notice(seq: number, kind: string, data: Record<string, unknown>): Notice {
  return { type: "notice", seq, kind, data };
}

test("a message that overtook another one is put after it", () => {
  const transcript = new Transcript();
  transcript.receive(message(1));
  transcript.receive(message(3));
  transcript.receive(message(2));
  expect(transcript.entries.map((entry) => entry.text)).toEqual(["1", "2", "3"]);
  expect(transcript.lastSeq).toBe(3);
});

test("the same number is received once", () => {
  const transcript = new Transcript();
  expect(transcript.receive(message(1))).toBe(true);
  expect(transcript.receive(message(1))).toBe(false);
  expect(transcript.entries).toHaveLength(1);
});

test("an older ticket card shows the ticket's newest state", () => {
  const transcript = new Transcript();
  transcript.receive(message(1, { cards: [card] }));
  transcript.receive(notice(2, "ticket_updated", { ...card, ahead: 1 }));
  expect(transcript.tickets.get("abc")?.ahead).toBe(1);
});

test("a notice carries its ticket bare or under a name", () => {
  expect(ticketOf({ kind: "ticket_called", data: { ...card } })?.number).toBe("A012");
  expect(ticketOf({ kind: "ticket_called", data: { card } })?.number).toBe("A012");
  expect(ticketOf({ kind: "staff_joined", data: { ...card } })).toBeNull();
  expect(ticketOf({ kind: "ticket_called", data: {} })).toBeNull();
});

test("a new session counts from the start and its old choices are gone", () => {
  const transcript = new Transcript();
  transcript.receive(message(5, { choices: [{ label: "好", choice: "c" }] }));
  transcript.startOver();
  expect(transcript.lastSeq).toBe(0);
  expect(transcript.entries[0]?.choices).toEqual([]);
  expect(transcript.receive(message(5))).toBe(true);
});
