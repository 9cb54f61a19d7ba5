/** Frames of the socket `/ws`, protocol 1: one JSON object a text frame. Names and shapes are the contract's. */

export type Locale = "zh-Hans" | "zh-Hant" | "en";
export type Channel = "kiosk" | "web";

export const TEXT_LIMIT = 2000;

export interface Hello {
  type: "hello";
  protocol: 1;
  channel: Channel;
  locale: Locale | null;
  device?: string;
  session?: string;
  last_seq?: number;
  handover?: string;
}
export interface Say {
  type: "say";
  id: string;
  text: string;
}
export interface Choose {
  type: "choose";
  id: string;
  choice: string;
}
export interface Rate {
  type: "rate";
  id: string;
  score: 1 | 2 | 3 | 4 | 5;
  comment?: string;
}
export interface SetLocale {
  type: "set";
  locale: Locale;
}
export type ClientFrame = Hello | Say | Choose | Rate | SetLocale | { type: "ping" } | { type: "end" };

export interface Choice {
  label: string;
  choice: string;
}

export interface TicketCard {
  kind: "ticket";
  number: string;
  service: string;
  zone: string;
  windows: string[];
  ahead: number;
  /** Lowest and highest expected wait, in minutes. */
  wait_minutes: [number, number];
  code: string;
  state?: string;
}
export interface PlaceCard {
  kind: "place";
  zone: string;
  label: string;
  /** Address of an SVG on this server, or the SVG itself. */
  plan: string;
  /** The way as seen from the entrance, in a sentence. */
  directions?: string;
  /** The way from the kiosk in sentences; empty where none is known. */
  steps?: string[];
  step_free?: { plan: string; steps: string[] };
}
/** Dates are ISO; rates and amounts come as the text to show. */
export interface RatesCard {
  kind: "rates";
  currency: string;
  rows: { product: string; term: string; rate: string; minimum: string }[];
  valid_from: string;
  source: string;
  demo?: boolean;
  /** The interest of the amount that was asked for. */
  result?: { amount: string; term: string; rate: string; interest: string; total: string };
}
/** What a loan costs, one row a way of repaying it; amounts are plain numbers in yuan. */
export interface LoanCard {
  kind: "loan";
  product: string;
  amount: string;
  term: string;
  rate: string;
  rows: { way: string; first: string; last: string; interest: string; total: string }[];
  valid_from: string;
  source: string;
  demo?: boolean;
}
/** Yuan for `unit` of each currency: what a customer gets for it, in notes too, and pays for it. */
export interface ExchangeCard {
  kind: "exchange";
  rows: { currency: string; unit: string; buy: string; buy_cash: string; sell: string }[];
  valid_from: string;
  source: string;
  demo?: boolean;
  /** What was asked for: `amount` of `from` is `result` of `to`. */
  result?: { amount: string; from: string; result: string; to: string; rate: string };
}
/** What transfers cost, one row a channel, one column a bank; in general where there is no `amount`. */
export interface FeesCard {
  kind: "fees";
  amount: string | null;
  columns: string[];
  rows: { channel: string; fees: string[] }[];
  valid_from: string;
  source: string;
  demo?: boolean;
}
/** Where an answer comes from; with `steps` where they are not in the text already. */
export interface FaqCard {
  kind: "faq";
  title: string;
  steps?: string[];
  source: string;
  valid_until?: string;
  demo?: boolean;
}
export interface ComplaintCard {
  kind: "complaint";
  number: string;
  code: string;
  /** ISO date in the branch's zone. */
  due_on: string;
}
/** A product of the bank; `risk` from R1 to R5, `minimum` in yuan, both null where there is none. */
export interface ProductCard {
  kind: "product";
  id: string;
  name: string;
  /** What kind of product it is, as a word. */
  category: string;
  risk: string | null;
  minimum: string | null;
  term: string | null;
  about: string;
  caveat: string | null;
  source: string;
  demo?: boolean;
}
/** How a task is done at a machine; `address` is its page, which shows one step a screen. */
export interface GuideCard {
  kind: "guide";
  machine: string;
  task: string;
  title: string;
  steps: string[];
  warning: string | null;
  address: string;
}
/** A visit prepared beforehand; `when` in the branch's own time, `missing` what was not ticked, `address` its page. */
export interface VisitCard {
  kind: "visit";
  code: string;
  service: string;
  missing: string[];
  complete: boolean;
  slot: string | null;
  when: string | null;
  address: string;
}
/** What was asked of staff in the hall; `by` is the first name of who comes, `text` says so while it is under way. */
export interface RequestCard {
  kind: "request";
  label: string;
  state: "open" | "taken" | "done" | "cancelled";
  place: string;
  promise_minutes: number;
  by: string | null;
  text: string | null;
}
/** Asks the customer to rate the conversation. */
export interface RatingCard {
  kind: "rating";
}
export type Card = TicketCard | PlaceCard | RatesCard | LoanCard | ExchangeCard | FeesCard | GuideCard | VisitCard | RequestCard | FaqCard | ProductCard | ComplaintCard | RatingCard;

export type Sender = "customer" | "bot" | "staff" | "system";

export interface Message {
  type: "message";
  seq: number;
  /** The customer's own id, on an echo. */
  id?: string;
  /** Id of the message this one answers. */
  turn?: string;
  /** UTC, ISO 8601. */
  at: string;
  sender: Sender;
  text: string;
  locale: Locale;
  choices: Choice[];
  /** Kinds this client does not know are passed over. */
  cards: { kind: string }[];
}
export interface Notice {
  type: "notice";
  seq: number;
  kind: string;
  data: Record<string, unknown>;
}
export interface Welcome {
  type: "welcome";
  session: string;
  seq: number;
  locale: Locale;
  resumed: boolean;
}
export interface ErrorFrame {
  type: "error";
  code: string;
  message: string;
  id?: string;
  /** Seconds. */
  retry_after?: number;
}
export type ServerFrame =
  | Welcome
  | { type: "ack"; id: string }
  | { type: "typing" }
  | Message
  | { type: "done"; id: string }
  | Notice
  | ErrorFrame
  | { type: "bye"; reason: string }
  | { type: "pong" };

/** The frame in `data`, or null where it is not one of ours: a newer server must not break an older page. */
export function readFrame(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const frame: unknown = JSON.parse(data);
    return typeof frame === "object" && frame !== null && "type" in frame ? (frame as ServerFrame) : null;
  } catch {
    return null;
  }
}
