import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket as ServerSocket } from "ws";

type Frame = Record<string, unknown>;

/** A real socket server that plays the Lobby server's part, one step at a time. */
export class LobbyServer {
  readonly url: string;
  private readonly arrivals: { connections: Connection[]; wake: () => void } = { connections: [], wake: () => {} };

  private constructor(private readonly server: WebSocketServer) {
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
    server.on("connection", (socket) => {
      this.arrivals.connections.push(new Connection(socket));
      this.arrivals.wake();
    });
  }

  static async open(port = 0): Promise<LobbyServer> {
    const server = new WebSocketServer({ port, host: "127.0.0.1" });
    await new Promise((resolve) => server.once("listening", resolve));
    return new LobbyServer(server);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** The next customer to connect, after its hello was answered. */
  async welcome(answer: Frame = {}): Promise<Connection> {
    const connection = await this.connection();
    connection.hello = await connection.next("hello");
    connection.send({ type: "welcome", session: "s-1", seq: 0, locale: "zh-Hans", resumed: false, ...answer });
    return connection;
  }

  async connection(): Promise<Connection> {
    while (this.arrivals.connections.length === 0) await new Promise<void>((resolve) => (this.arrivals.wake = resolve));
    return this.arrivals.connections.shift() as Connection;
  }

  /** How many have connected and were not yet looked at. */
  get waiting(): number {
    return this.arrivals.connections.length;
  }

  async close(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

export class Connection {
  hello: Frame = {};
  readonly frames: Frame[] = [];
  private wake: () => void = () => {};

  constructor(private readonly socket: ServerSocket) {
    socket.on("message", (data) => {
      this.frames.push(JSON.parse(String(data)) as Frame);
      this.wake();
    });
  }

  /** The next frame, which must be of this type. */
  async next(type: string): Promise<Frame> {
    while (this.frames.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    const frame = this.frames.shift() as Frame;
    if (frame["type"] !== type) throw new Error(`expected ${type}, got ${JSON.stringify(frame)}`);
    return frame;
  }

  send(frame: Frame | string): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  say(seq: number, text: string, more: Frame = {}): void {
    const at = "2026-11-23T01:00:00Z";
    this.send({ type: "message", seq, at, sender: "bot", text, locale: "zh-Hans", choices: [], cards: [], ...more });
  }

  drop(): void {
    this.socket.terminate();
  }
}
