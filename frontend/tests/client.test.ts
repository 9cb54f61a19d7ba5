import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LobbyClient, type ClientOptions } from "../src/client/client";
import type { SessionStore } from "../src/client/session-store";
import { LobbyServer } from "./lobby-server";

let server: LobbyServer;
let stored: string | null;
const clients: LobbyClient[] = [];

const store: SessionStore = {
  load: () => stored,
  save: (session) => (stored = session),
  clear: () => (stored = null),
};

beforeEach(async () => {
  stored = null;
  server = await LobbyServer.open();
});

afterEach(async () => {
  clients.splice(0).forEach((client) => client.close());
  await server.close();
});

function customer(options: Partial<ClientOptions> = {}): LobbyClient {
  const client = new LobbyClient({
    url: server.url,
    channel: "web",
    locale: "zh-Hans",
    store,
    ...options,
    timing: { firstRetry: 20, ...options.timing },
  });
  clients.push(client);
  client.start();
  return client;
}

function texts(client: LobbyClient): string[] {
  return client.transcript.entries.map((entry) => entry.text);
}

const online = (client: LobbyClient) => vi.waitFor(() => expect(client.connection).toBe("online"));

test("introduces itself and keeps the session", async () => {
  const client = customer({ device: "kiosk-1", channel: "kiosk" });
  const { hello } = await server.welcome({ session: "s-7" });
  expect(hello).toEqual({ type: "hello", protocol: 1, channel: "kiosk", locale: "zh-Hans", device: "kiosk-1" });
  await online(client);
  expect(stored).toBe("s-7");
});

test("what is said before the connection stands is sent once it does", async () => {
  const client = customer();
  const id = client.say("我要取号");
  const connection = await server.welcome();
  expect(await connection.next("say")).toEqual({ type: "say", id, text: "我要取号" });
});

test("an unacknowledged message is sent again under the same id, an acknowledged one is not", async () => {
  const client = customer();
  const first = await server.welcome();
  await online(client);
  const stored = client.say("一");
  const lost = client.say("二");
  await first.next("say");
  first.send({ type: "ack", id: stored });
  await vi.waitFor(() => expect(client.transcript.entries[0]?.status).toBe("sent"));
  first.drop();
  const second = await server.welcome({ resumed: true });
  expect(await second.next("say")).toEqual({ type: "say", id: lost, text: "二" });
  second.send({ type: "ack", id: lost });
  await vi.waitFor(() => expect(client.transcript.entries[1]?.status).toBe("sent"));
  expect(second.frames).toEqual([]);
});

test("a choice is sent again after a reconnect as well", async () => {
  const client = customer();
  const first = await server.welcome();
  await online(client);
  const id = client.choose("token-1", "取消排队");
  await first.next("choose");
  first.drop();
  const second = await server.welcome({ resumed: true });
  expect(await second.next("choose")).toEqual({ type: "choose", id, choice: "token-1" });
  expect(texts(client)).toEqual(["取消排队"]);
});

test("goes on after the last number seen and shows every message once, in order", async () => {
  const client = customer();
  const first = await server.welcome();
  first.say(1, "一");
  first.say(2, "二");
  await vi.waitFor(() => expect(texts(client)).toEqual(["一", "二"]));
  first.drop();
  const second = await server.welcome({ resumed: true, seq: 4 });
  expect(second.hello).toMatchObject({ session: "s-1", last_seq: 2 });
  second.say(2, "二");
  second.say(3, "三");
  second.say(4, "四");
  second.say(3, "三");
  await vi.waitFor(() => expect(texts(client)).toEqual(["一", "二", "三", "四"]));
});

test("a page that was reloaded asks for the whole conversation", async () => {
  stored = "s-9";
  customer();
  const { hello } = await server.welcome({ session: "s-9", resumed: true });
  expect(hello).toMatchObject({ session: "s-9", last_seq: 0 });
});

test("a session that is gone is replaced, and what was not acknowledged reaches the new one", async () => {
  const client = customer();
  const first = await server.welcome({ session: "old" });
  first.say(1, "旧");
  await online(client);
  const id = client.say("在吗");
  await first.next("say");
  first.drop();
  const second = await server.welcome({ session: "new", resumed: false });
  expect(await second.next("say")).toMatchObject({ id });
  second.say(1, "新");
  await vi.waitFor(() => expect(texts(client)).toEqual(["旧", "在吗", "新"]));
  expect(stored).toBe("new");
});

test("the echo of an own message is not shown twice, but as it was stored", async () => {
  const client = customer();
  const connection = await server.welcome();
  await online(client);
  const id = client.say("我的电话 13800138000");
  await connection.next("say");
  connection.say(1, "我的电话 ⟨phone:1⟩", { id, sender: "customer" });
  connection.say(2, "好的", { turn: id });
  await vi.waitFor(() => expect(texts(client)).toEqual(["我的电话 ⟨phone:1⟩", "好的"]));
});

test("keeps trying while the server is away, then comes back", async () => {
  const client = customer();
  await server.welcome();
  await online(client);
  const { port } = server;
  await server.close();
  await vi.waitFor(() => expect(client.connection).toBe("offline"));
  client.say("还在吗");
  server = await LobbyServer.open(port);
  const connection = await server.welcome({ resumed: true });
  expect(await connection.next("say")).toMatchObject({ text: "还在吗" });
  expect(client.connection).toBe("online");
});

test("pings, and takes a server that falls silent for lost", async () => {
  customer({ timing: { firstRetry: 20, pingEvery: 60, patience: 80 } });
  const first = await server.welcome();
  await first.next("ping");
  first.send({ type: "pong" });
  await first.next("ping");
  const second = await server.welcome({ resumed: true });
  expect(second.hello).toMatchObject({ session: "s-1" });
});

test("reconnects when a message is not acknowledged in time", async () => {
  const client = customer({ timing: { firstRetry: 20, patience: 80 } });
  const first = await server.welcome();
  await online(client);
  const id = client.say("喂");
  await first.next("say");
  const second = await server.welcome({ resumed: true });
  expect(await second.next("say")).toMatchObject({ id });
});

test("a refused message says why and can be sent again under its id", async () => {
  const client = customer();
  const connection = await server.welcome();
  await online(client);
  const id = client.say("你好");
  await connection.next("say");
  connection.send({ type: "error", code: "assistant_away", message: "", id });
  await vi.waitFor(() =>
    expect(client.transcript.entries[0]).toMatchObject({ status: "failed", problem: "assistant_away" }),
  );
  client.tryAgain(id);
  expect(await connection.next("say")).toMatchObject({ id });
  expect(client.transcript.entries[0]?.status).toBe("sending");
});

test("after a flood it waits as told and sends again by itself", async () => {
  const client = customer();
  const connection = await server.welcome();
  await online(client);
  const id = client.say("快");
  await connection.next("say");
  connection.send({ type: "error", code: "too_many", message: "", retry_after: 0.05 });
  expect(await connection.next("say")).toMatchObject({ id });
  expect(client.problem).toBe("too_many");
  connection.send({ type: "ack", id });
  await vi.waitFor(() => expect(client.problem).toBeNull());
});

test("end tells the server, wipes the device and does not come back", async () => {
  const client = customer();
  const connection = await server.welcome();
  await online(client);
  client.say("秘密");
  await connection.next("say");
  client.end();
  expect(stored).toBeNull();
  expect(client.transcript.entries).toEqual([]);
  expect(client.connection).toBe("ended");
  await connection.next("end");
  connection.send({ type: "bye", reason: "ended" });
  connection.drop();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(server.waiting).toBe(0);
});

test("end without a connection wipes at once and reaches the server later", async () => {
  const client = customer();
  const first = await server.welcome();
  await online(client);
  first.drop();
  await vi.waitFor(() => expect(client.connection).toBe("offline"));
  client.end();
  expect(stored).toBeNull();
  expect(client.connection).toBe("ended");
  const second = await server.welcome({ resumed: true });
  expect(second.hello).toMatchObject({ session: "s-1" });
  await second.next("end");
  expect(stored).toBeNull();
});

test("a conversation ended or moved elsewhere ends here too", async () => {
  const client = customer();
  const connection = await server.welcome();
  await online(client);
  connection.send({ type: "bye", reason: "moved" });
  await vi.waitFor(() => expect(client.connection).toBe("ended"));
  expect(client.farewell).toBe("moved");
  expect(stored).toBeNull();
});

test("any other bye is only a lost connection", async () => {
  customer();
  const first = await server.welcome();
  first.send({ type: "bye", reason: "restart" });
  first.drop();
  const second = await server.welcome({ resumed: true });
  expect(second.hello).toMatchObject({ session: "s-1" });
});

test("a handover brings the session over and is used once", async () => {
  stored = "mine";
  const client = customer({ handover: "h-1" });
  const first = await server.welcome({ session: "theirs", resumed: true });
  expect(first.hello).toMatchObject({ handover: "h-1" });
  expect(first.hello).not.toHaveProperty("session");
  await online(client);
  first.drop();
  const second = await server.welcome({ session: "theirs", resumed: true });
  expect(second.hello).toMatchObject({ session: "theirs" });
  expect(second.hello).not.toHaveProperty("handover");
});

test("a locale chosen by hand is told to the server, again after a reconnect", async () => {
  const client = customer();
  const first = await server.welcome();
  await online(client);
  client.setLocale("en");
  expect(await first.next("set")).toEqual({ type: "set", locale: "en" });
  first.drop();
  const second = await server.welcome({ resumed: true });
  expect(await second.next("set")).toEqual({ type: "set", locale: "en" });
  expect(client.locale).toBe("en");
});

test("typing is shown until the answer comes", async () => {
  const client = customer();
  const connection = await server.welcome();
  connection.send({ type: "typing" });
  await vi.waitFor(() => expect(client.typing).toBe(true));
  connection.say(1, "好");
  await vi.waitFor(() => expect(client.typing).toBe(false));
});

test("frames of a newer server and nonsense are passed over", async () => {
  const client = customer();
  const connection = await server.welcome();
  connection.send("not json");
  connection.send("[1]");
  connection.send({ type: "confetti", amount: 7 });
  connection.say(1, "好");
  await vi.waitFor(() => expect(texts(client)).toEqual(["好"]));
  expect(client.connection).toBe("online");
});

test("messages from before this page are told from new ones", async () => {
  stored = "s-1";
  const client = customer();
  const connection = await server.welcome({ resumed: true, seq: 2 });
  await vi.waitFor(() => expect(client.catchingUp).toBe(true));
  connection.say(1, "一");
  connection.say(2, "二");
  await vi.waitFor(() => expect(client.catchingUp).toBe(false));
});
