import type { Board, Call, Queue, StaffTicket, StaffWindow, Ticket } from "../src/api/types";

/** One text for all three locales, told apart by a mark. */
export function texts(text: string) {
  return { "zh-Hans": `${text}·简`, "zh-Hant": `${text}·繁`, en: text };
}

export function ticket(more: Partial<Ticket> = {}): Ticket {
  return {
    number: "A012",
    code: "CODE",
    service: texts("Withdrawal"),
    zone: texts("Cash area"),
    zone_id: "cash",
    windows: [{ id: "1", label: texts("Window 1") }],
    open_windows: 1,
    ahead: 3,
    wait_minutes: [8, 15],
    wait_point: 11,
    state: "waiting",
    window: null,
    further: [],
    taken_at: "2026-11-23T01:00:00Z",
    called_at: null,
    calls: 0,
    held_until: null,
    hold_minutes: [5, 10, 15],
    rejoin_until: null,
    ...more,
  };
}

export function call(number: string, more: Partial<Call> = {}): Call {
  return {
    number,
    window: { id: "1", label: texts("Window 1") },
    called_at: "2026-11-23T01:10:00Z",
    calls: 1,
    serving: false,
    ...more,
  };
}

export function board(calling: Call[], more: Partial<Board> = {}): Board {
  return {
    branch: texts("Branch"),
    at: "2026-11-23T01:10:00Z",
    open: true,
    calling,
    last_calls: calling,
    groups: [{ letter: "A", label: texts("Cash"), waiting: 2, wait_minutes: [4, 9] }],
    ...more,
  };
}

export function staffTicket(number: string, more: Partial<StaffTicket> = {}): StaffTicket {
  return {
    number,
    service: texts("Withdrawal"),
    service_id: "withdrawal",
    letter: "A",
    route: "counter",
    customer_class: { id: "individual", label: texts("Individual") },
    amount: null,
    reasons: [],
    state: "called",
    ahead: 0,
    wait_minutes: [0, 0],
    wait_point: 0,
    window: { id: "1", label: texts("Window 1") },
    wants_window: null,
    further: [],
    calls: 1,
    taken_at: "2026-11-23T01:00:00Z",
    called_at: "2026-11-23T01:10:00Z",
    started_at: null,
    held_until: null,
    rejoin_until: null,
    papers: null,
    missing: [],
    ...more,
  };
}

export function staffWindow(id: string, more: Partial<StaffWindow> = {}): StaffWindow {
  return {
    id,
    label: texts(`Window ${id}`),
    zone: texts("Cash area"),
    state: "open",
    since: null,
    services: [{ id: "withdrawal", label: texts("Withdrawal") }],
    waiting: 2,
    calls_before_no_show: 2,
    current: null,
    parked: [],
    ...more,
  };
}

export function queue(id: string, more: Partial<Queue> = {}): Queue {
  return {
    id,
    label: texts(id),
    letter: "A",
    waiting: 1,
    held: 0,
    longest_wait_minutes: 5,
    promise_minutes: 20,
    late: [],
    open_windows: 1,
    ...more,
  };
}
