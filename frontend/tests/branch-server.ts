import { type ClientRequest, type IncomingMessage, type Server, type ServerResponse, createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { vi } from "vitest";

interface Asked {
  method: string;
  path: string;
  body: unknown;
}

/** A real HTTP server that plays the Lobby server's part: JSON by path, and event streams that it can break. */
export class BranchServer {
  readonly asked: Asked[] = [];
  private readonly answers = new Map<string, { status: number; body: unknown }>();
  private readonly streams = new Set<ServerResponse>();

  private constructor(private readonly server: Server) {
    server.on("request", (request: IncomingMessage, response: ServerResponse) => void this.take(request, response));
  }

  /** The page under test is on this server, and has the browser's event streams. */
  static async open(page: string): Promise<BranchServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(`http://127.0.0.1:${port}${page}`);
    vi.stubGlobal("EventSource", Stream);
    return new BranchServer(server);
  }

  /** `path` without the query; `method` and path for what changes something: "POST /api/…". */
  answer(path: string, body: unknown, status = 200): void {
    this.answers.set(path.startsWith("/") ? `GET ${path}` : path, { status, body });
  }

  /** Those listening hear that something changed. */
  news(kind: string): void {
    for (const stream of this.streams) stream.write(`event: changed\ndata: ${JSON.stringify({ topic: "t", kind })}\n\n`);
  }

  breakStreams(): void {
    for (const stream of this.streams) stream.destroy();
  }

  posted(path: string): Asked[] {
    return this.asked.filter((asked) => asked.method === "POST" && asked.path === path);
  }

  get listeners(): number {
    return this.streams.size;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    vi.unstubAllGlobals();
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body: unknown = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
    const [path = ""] = (request.url ?? "").split("?");
    this.asked.push({ method: request.method ?? "", path: request.url ?? "", body });
    if (path.endsWith("/events")) {
      response.writeHead(200, { "Content-Type": "text/event-stream" }).flushHeaders();
      this.streams.add(response);
      response.on("close", () => this.streams.delete(response));
      return;
    }
    const answer = this.answers.get(`${request.method} ${path}`) ?? { status: 404, body: { error: { code: "not_found", message: "" } } };
    response.writeHead(answer.status, { "Content-Type": "application/json" }).end(JSON.stringify(answer.body));
  }
}

/** The browser's EventSource, which happy-dom lacks, over a real connection; it comes back by itself, too. */
class Stream {
  static readonly CLOSED = 2;
  readyState = 0;
  onopen: () => void = () => {};
  onerror: () => void = () => {};
  private readonly address: URL;
  private changed: (event: { data: string }) => void = () => {};
  private connection: ClientRequest;

  constructor(path: string) {
    this.address = new URL(path, location.href);
    this.connection = this.connect();
  }

  addEventListener(_: "changed", listener: (event: { data: string }) => void): void {
    this.changed = listener;
  }

  close(): void {
    this.readyState = Stream.CLOSED;
    this.connection.destroy();
  }

  private connect(): ClientRequest {
    const connection = get(this.address, (response) => {
      this.onopen();
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        for (const [, data] of text.matchAll(/data: (.*)\n/g)) this.changed({ data: data as string });
      });
      response.on("error", () => {});
      response.on("close", () => this.broken());
    });
    return connection.on("error", () => this.broken());
  }

  private broken(): void {
    if (this.readyState === Stream.CLOSED) return;
    this.onerror();
    setTimeout(() => {
      if (this.readyState !== Stream.CLOSED) this.connection = this.connect();
    }, 200);
  }
}
