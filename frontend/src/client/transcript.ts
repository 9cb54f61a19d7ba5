import type { Choice, Locale, Message, Notice, Sender, TicketCard } from "../protocol/frames";

export interface Entry {
  /** Stable for the life of the page. */
  key: string;
  seq?: number;
  /** The customer's own id. */
  id?: string;
  sender: Sender;
  text: string;
  locale: Locale;
  choices: Choice[];
  cards: { kind: string }[];
  status: "sending" | "sent" | "failed";
  /** Error code, where the server refused it. */
  problem?: string;
  notice?: { kind: string; data: Record<string, unknown> };
}

/** What the customer sees: every message once, in order, whatever the connection did. */
export class Transcript {
  entries: readonly Entry[] = [];
  /** Highest number seen: where to go on after a lost connection. */
  lastSeq = 0;
  /** The newest state of each ticket, by code; older cards show it too. */
  readonly tickets = new Map<string, TicketCard>();
  private readonly seen = new Set<number>();

  addOwn(id: string, text: string, locale: Locale): void {
    const own: Entry = { key: id, id, sender: "customer", text, locale, choices: [], cards: [], status: "sending" };
    this.entries = [...this.entries, own];
  }

  acknowledge(id: string): void {
    this.change(id, { status: "sent", problem: undefined });
  }

  fail(id: string, problem: string): void {
    this.change(id, { status: "failed", problem });
  }

  retry(id: string): void {
    this.change(id, { status: "sending", problem: undefined });
  }

  /** False where this number was seen before. */
  receive(frame: Message | Notice): boolean {
    if (this.seen.has(frame.seq)) return false;
    this.seen.add(frame.seq);
    this.lastSeq = Math.max(this.lastSeq, frame.seq);
    if (frame.type === "notice") this.receiveNotice(frame);
    else this.receiveMessage(frame);
    return true;
  }

  /** A new session counts from the start; what it can no longer answer loses its buttons. */
  startOver(): void {
    this.seen.clear();
    this.lastSeq = 0;
    this.entries = this.entries.map((entry) => ({ ...entry, seq: undefined, choices: [] }));
  }

  clear(): void {
    this.startOver();
    this.entries = [];
    this.tickets.clear();
  }

  private receiveMessage(frame: Message): void {
    for (const card of frame.cards ?? []) {
      if (card.kind === "ticket") this.tickets.set((card as TicketCard).code, card as TicketCard);
    }
    const own = frame.id !== undefined && this.entries.some((entry) => entry.id === frame.id);
    if (own) {
      // The echo of what we sent carries the text as it was stored: masked.
      const { seq, text, locale } = frame;
      this.change(frame.id as string, { seq, text, locale, status: "sent", problem: undefined });
      return;
    }
    this.insert({
      key: `seq-${frame.seq}-${frame.at}`,
      seq: frame.seq,
      id: frame.id,
      sender: frame.sender,
      text: frame.text,
      locale: frame.locale,
      choices: frame.choices ?? [],
      cards: frame.cards ?? [],
      status: "sent",
    });
  }

  private receiveNotice(frame: Notice): void {
    const ticket = ticketOf(frame);
    if (ticket) this.tickets.set(ticket.code, ticket);
    this.insert({
      key: `seq-${frame.seq}-${frame.kind}`,
      seq: frame.seq,
      sender: "system",
      text: "",
      locale: "zh-Hans",
      choices: [],
      cards: [],
      status: "sent",
      notice: { kind: frame.kind, data: frame.data },
    });
  }

  private insert(entry: Entry): void {
    const seq = entry.seq as number;
    let at = this.entries.length;
    while (at > 0 && (this.entries[at - 1]?.seq ?? 0) > seq) at -= 1;
    this.entries = [...this.entries.slice(0, at), entry, ...this.entries.slice(at)];
  }

  private change(id: string, what: Partial<Entry>): void {
    this.entries = this.entries.map((entry) => (entry.id === id ? { ...entry, ...what } : entry));
  }
}

/** The ticket a notice speaks of, or null. */
export function ticketOf(notice: { kind: string; data: Record<string, unknown> }): TicketCard | null {
  if (!notice.kind.startsWith("ticket_")) return null;
  const card = (notice.data["card"] ?? notice.data) as Partial<TicketCard>;
  return typeof card.code === "string" && typeof card.number === "string" ? (card as TicketCard) : null;
}
