import {
  readFrame,
  type Channel,
  type ClientFrame,
  type ErrorFrame,
  type Locale,
  type Rate,
  type ServerFrame,
  type Welcome,
} from "../protocol/frames";
import { backoff } from "./backoff";
import type { SessionStore } from "./session-store";
import { Transcript } from "./transcript";

export type Connection = "idle" | "connecting" | "online" | "offline" | "ended";

/** Milliseconds. */
export interface Timing {
  /** No welcome or acknowledgement for this long: the connection is taken for dead. */
  patience: number;
  pingEvery: number;
  firstRetry: number;
}

export interface ClientOptions {
  /** ws: or wss: address of the socket. */
  url: string;
  channel: Channel;
  locale: Locale;
  store: SessionStore;
  device?: string;
  /** Single-use code that brings a session over from another device. */
  handover?: string;
  random?: () => number;
  timing?: Partial<Timing>;
}

type Kept = Extract<ClientFrame, { id: string }>;

/**
 * One customer's conversation over whatever connection there is. Dispatches `change` after anything visible changed.
 *
 * What is said is kept until the server acknowledges it and sent again, with the same id, after a reconnect;
 * the server handles an id once. `end()` is final: make a new client for the next person.
 */
export class LobbyClient extends EventTarget {
  readonly transcript = new Transcript();
  connection: Connection = "idle";
  locale: Locale;
  session: string | null;
  typing = false;
  /** Code of the latest refusal that concerns no single message. */
  problem: string | null = null;
  /** Why the server closed the conversation: "ended", "moved", … */
  farewell: string | null = null;
  /** True while messages from before this page was opened still come in. */
  catchingUp = false;

  private socket: WebSocket | null = null;
  private handover: string | undefined;
  private chosenLocale: Locale | null = null;
  private readonly unacknowledged = new Map<string, Kept>();
  private readonly failed = new Map<string, Kept>();
  private attempt = 0;
  private ending = false;
  private caughtUpAt = 0;
  private readonly timing: Timing;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private pingTimer: ReturnType<typeof setTimeout> | undefined;
  private patienceTimer: ReturnType<typeof setTimeout> | undefined;
  private resendTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: ClientOptions) {
    super();
    this.locale = options.locale;
    this.session = options.store.load();
    this.handover = options.handover;
    this.timing = { patience: 12_000, pingEvery: 25_000, firstRetry: 500, ...options.timing };
  }

  /** Opens the connection and keeps it open until `end` or `close`. */
  start(): void {
    if (this.connection !== "idle") return;
    globalThis.addEventListener?.("online", this.reconnectNow);
    this.connect();
  }

  /** Closes the connection; the session stays and can be resumed. */
  close(): void {
    globalThis.removeEventListener?.("online", this.reconnectNow);
    this.stopTimers();
    this.dropSocket();
    if (this.connection !== "ended") this.become("idle");
  }

  /** Returns the message's id. */
  say(text: string): string {
    const id = newId();
    this.transcript.addOwn(id, text, this.locale);
    this.send({ type: "say", id, text });
    return id;
  }

  choose(choice: string, label: string): string {
    const id = newId();
    this.transcript.addOwn(id, label, this.locale);
    this.send({ type: "choose", id, choice });
    return id;
  }

  rate(score: Rate["score"], comment?: string): void {
    this.send({ type: "rate", id: newId(), score, ...(comment ? { comment } : {}) });
  }

  /** Sends what was refused again, under its own id. */
  tryAgain(id: string): void {
    const frame = this.failed.get(id);
    if (!frame) return;
    this.failed.delete(id);
    this.transcript.retry(id);
    this.send(frame);
  }

  setLocale(locale: Locale): void {
    this.locale = locale;
    this.chosenLocale = locale;
    if (this.connection === "online") this.transmit({ type: "set", locale });
    this.changed();
  }

  /** "I am done": wipes this device at once and tells the server as soon as it can be reached. */
  end(): void {
    if (this.connection === "ended") return;
    const online = this.connection === "online";
    this.options.store.clear();
    this.transcript.clear();
    this.unacknowledged.clear();
    this.failed.clear();
    this.typing = false;
    this.farewell = "ended";
    this.ending = true;
    this.become("ended");
    if (online) this.sayGoodbye();
    else if (!this.session) this.finish();
    // Else the retry that is under way resumes the session only to end it.
  }

  dismissProblem(): void {
    this.problem = null;
    this.changed();
  }

  private connect(): void {
    clearTimeout(this.retryTimer);
    if (!this.ending) this.become(this.attempt === 0 ? "connecting" : "offline");
    let socket: WebSocket;
    try {
      socket = new WebSocket(this.options.url);
    } catch {
      this.retryLater();
      return;
    }
    this.socket = socket;
    this.expectAnswer();
    socket.onopen = () => this.greet();
    socket.onmessage = (event: MessageEvent) => {
      const frame = readFrame(event.data);
      if (frame && socket === this.socket) this.receive(frame);
    };
    socket.onclose = () => {
      if (socket === this.socket) this.lost();
    };
  }

  private greet(): void {
    this.transmit({
      type: "hello",
      protocol: 1,
      channel: this.options.channel,
      locale: this.locale,
      ...(this.options.device ? { device: this.options.device } : {}),
      ...(this.handover
        ? { handover: this.handover }
        : this.session
          ? { session: this.session, last_seq: this.transcript.lastSeq }
          : {}),
    });
  }

  private receive(frame: ServerFrame): void {
    this.expectPing();
    if (this.ending) {
      if (frame.type === "welcome") {
        if (frame.resumed) this.sayGoodbye();
        else this.finish();
      } else if (frame.type === "bye") this.finish();
      return;
    }
    switch (frame.type) {
      case "welcome":
        this.welcomed(frame);
        break;
      case "ack":
        this.unacknowledged.delete(frame.id);
        this.transcript.acknowledge(frame.id);
        if (this.unacknowledged.size === 0) {
          clearTimeout(this.patienceTimer);
          this.problem = null;
        }
        this.catchingUp = false;
        break;
      case "typing":
        this.typing = true;
        this.catchingUp = false;
        break;
      case "message":
        if (frame.id) this.unacknowledged.delete(frame.id);
        if (frame.sender !== "customer") this.typing = false;
        this.transcript.receive(frame);
        this.noteCaughtUp();
        break;
      case "notice":
        this.transcript.receive(frame);
        this.noteCaughtUp();
        break;
      case "done":
        this.typing = false;
        this.catchingUp = false;
        break;
      case "error":
        this.refused(frame);
        break;
      case "bye":
        this.dismissed(frame.reason);
        break;
      case "pong":
        return;
    }
    this.changed();
  }

  private welcomed(frame: Welcome): void {
    clearTimeout(this.patienceTimer);
    if (this.session !== frame.session && !frame.resumed) this.transcript.startOver();
    this.session = frame.session;
    this.handover = undefined;
    this.options.store.save(frame.session);
    this.attempt = 0;
    this.typing = false;
    this.caughtUpAt = frame.seq;
    this.catchingUp = frame.resumed && frame.seq > this.transcript.lastSeq;
    if (this.chosenLocale) this.transmit({ type: "set", locale: this.chosenLocale });
    else this.locale = frame.locale;
    this.become("online");
    this.resend();
  }

  private noteCaughtUp(): void {
    if (this.transcript.lastSeq >= this.caughtUpAt) this.catchingUp = false;
  }

  private refused(frame: ErrorFrame): void {
    if (frame.retry_after !== undefined) {
      // A flood or a store that is busy: what waits is sent again by itself. A flood's error names no message.
      this.problem = frame.code;
      clearTimeout(this.patienceTimer);
      this.resendLater(frame.retry_after * 1000);
      return;
    }
    if (frame.id === undefined) {
      this.problem = frame.code;
      return;
    }
    const kept = this.unacknowledged.get(frame.id);
    if (kept) this.failed.set(frame.id, kept);
    this.unacknowledged.delete(frame.id);
    this.transcript.fail(frame.id, frame.code);
    this.typing = false;
  }

  private resendLater(wait: number): void {
    clearTimeout(this.resendTimer);
    this.resendTimer = setTimeout(() => {
      if (this.connection === "online") this.resend();
    }, wait);
  }

  private resend(): void {
    if (this.unacknowledged.size === 0) return;
    for (const kept of this.unacknowledged.values()) this.transmit(kept);
    this.expectAnswer();
  }

  /** The server said goodbye: some reasons end the conversation here, the others only this connection. */
  private dismissed(reason: string): void {
    if (reason !== "ended" && reason !== "moved") return;
    this.farewell = reason;
    if (this.options.store.load() === this.session) this.options.store.clear();
    this.become("ended");
    this.finish();
  }

  private send(frame: Kept): void {
    this.unacknowledged.set(frame.id, frame);
    this.problem = null;
    if (this.connection === "online") {
      this.transmit(frame);
      this.expectAnswer();
    }
    this.changed();
  }

  private transmit(frame: ClientFrame): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  private sayGoodbye(): void {
    this.transmit({ type: "end" });
    clearTimeout(this.patienceTimer);
    this.patienceTimer = setTimeout(() => this.finish(), 3000);
  }

  private finish(): void {
    this.session = null;
    this.unacknowledged.clear();
    this.close();
  }

  private lost(): void {
    this.socket = null;
    this.typing = false;
    if (this.connection === "idle") return;
    if (this.connection === "ended" && !this.ending) return;
    this.retryLater();
  }

  private retryLater(): void {
    this.stopTimers();
    if (!this.ending) this.become("offline");
    const wait = backoff(this.attempt, (this.options.random ?? Math.random)(), this.timing.firstRetry);
    this.attempt += 1;
    this.retryTimer = setTimeout(() => this.connect(), wait);
  }

  private readonly reconnectNow = (): void => {
    if (this.connection === "offline") {
      this.dropSocket();
      this.connect();
    }
  };

  /** Takes the connection for dead unless what we wait for comes. */
  private expectAnswer(): void {
    clearTimeout(this.patienceTimer);
    this.patienceTimer = setTimeout(() => {
      this.dropSocket();
      this.retryLater();
    }, this.timing.patience);
  }

  private expectPing(): void {
    clearTimeout(this.pingTimer);
    this.pingTimer = setTimeout(() => {
      this.transmit({ type: "ping" });
      this.pingTimer = setTimeout(() => {
        this.dropSocket();
        this.retryLater();
      }, this.timing.patience);
    }, this.timing.pingEvery);
  }

  private dropSocket(): void {
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = null;
    socket.onclose = null;
    socket.onmessage = null;
    socket.close();
  }

  private stopTimers(): void {
    clearTimeout(this.retryTimer);
    clearTimeout(this.pingTimer);
    clearTimeout(this.patienceTimer);
    clearTimeout(this.resendTimer);
  }

  private become(connection: Connection): void {
    this.connection = connection;
    this.changed();
  }

  private changed(): void {
    this.dispatchEvent(new Event("change"));
  }
}

/** 128 random bits; `crypto.randomUUID` does not exist on plain http. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
