// @vitest-environment happy-dom
import { afterEach, expect, test } from "vitest";
import "../src/chat/lobby-chat";
import type { LobbyChat } from "../src/chat/lobby-chat";
import { LobbyClient } from "../src/client/client";
import { sessionStore } from "../src/client/session-store";
import type { Message } from "../src/protocol/frames";

afterEach(() => document.body.replaceChildren());

/** A chat that is not connected: what arrives is put into its transcript. */
async function openChat(): Promise<{ chat: LobbyChat; client: LobbyClient }> {
  const store = sessionStore(() => sessionStorage);
  const client = new LobbyClient({ url: "ws://127.0.0.1:9/ws", channel: "web", locale: "zh-Hans", store });
  const chat = document.createElement("lobby-chat") as LobbyChat;
  chat.client = client;
  document.body.append(chat);
  await chat.updateComplete;
  return { chat, client };
}

async function receive(chat: LobbyChat, client: LobbyClient, ...messages: Partial<Message>[]): Promise<void> {
  for (const message of messages) {
    client.transcript.receive({
      type: "message",
      seq: client.transcript.lastSeq + 1,
      at: "2026-11-23T01:00:00Z",
      sender: "bot",
      text: "",
      locale: "zh-Hans",
      choices: [],
      cards: [],
      ...message,
    });
  }
  client.dispatchEvent(new Event("change"));
  await chat.updateComplete;
}

function all(chat: LobbyChat, testid: string): HTMLElement[] {
  return [...chat.renderRoot.querySelectorAll<HTMLElement>(`[data-testid="${testid}"]`)];
}

async function composer(chat: LobbyChat) {
  const element = chat.renderRoot.querySelector("lobby-composer") as HTMLElement & { updateComplete: Promise<unknown> };
  await element.updateComplete;
  const field = element.shadowRoot?.querySelector("textarea") as HTMLTextAreaElement;
  const type = async (text: string) => {
    field.value = text;
    field.dispatchEvent(new Event("input"));
    await element.updateComplete;
  };
  const press = (init: KeyboardEventInit) => field.dispatchEvent(new KeyboardEvent("keydown", { cancelable: true, ...init }));
  return { element, field, type, press };
}

test("messages are a log that announces additions only", async () => {
  const { chat } = await openChat();
  const log = all(chat, "messages")[0];
  expect(log?.getAttribute("role")).toBe("log");
  expect(log?.getAttribute("aria-relevant")).toBe("additions");
});

test("a masked token is shown as a pill in the message's language", async () => {
  const { chat, client } = await openChat();
  await receive(chat, client, { text: "您的电话 ⟨phone:1⟩" }, { text: "your ⟨email:1⟩", locale: "en" }, { text: "⟨passport:1⟩" });
  const pills = [...chat.renderRoot.querySelectorAll(".pill")].map((pill) => pill.textContent);
  expect(pills).toEqual(["电话已隐藏", "e-mail hidden", "内容已隐藏"]);
});

test("markup in a message is text", async () => {
  const { chat, client } = await openChat();
  await receive(chat, client, { text: "<img src=x onerror=alert(1)>" });
  expect(chat.renderRoot.querySelector(".bubble img")).toBeNull();
  expect(all(chat, "message-text")[0]?.textContent).toBe("<img src=x onerror=alert(1)>");
});

test("choices are buttons while they can still be answered", async () => {
  const { chat, client } = await openChat();
  await receive(chat, client, { text: "哪一种？", choices: [{ label: "取款", choice: "t-1" }, { label: "存款", choice: "t-2" }] });
  expect(all(chat, "choice").map((button) => button.textContent?.trim())).toEqual(["取款", "存款"]);
  all(chat, "choice")[0]?.click();
  await chat.updateComplete;
  expect(all(chat, "choice")).toEqual([]);
  expect(all(chat, "message-text").at(-1)?.textContent).toBe("取款");
});

test("known cards are shown, unknown ones show nothing", async () => {
  const { chat, client } = await openChat();
  const ticket = { kind: "ticket", number: "A012", service: "取款", zone: "现金区", windows: ["1号"], ahead: 4, wait_minutes: [8, 15], code: "abc" };
  await receive(chat, client, { cards: [ticket, { kind: "hologram" }] });
  const card = chat.renderRoot.querySelector("lobby-ticket-card") as HTMLElement & { updateComplete: Promise<unknown> };
  await card.updateComplete;
  expect(card.shadowRoot?.querySelector('[data-testid="ticket-number"]')?.textContent).toBe("A012");
  expect(card.shadowRoot?.querySelector("img")?.getAttribute("src")).toBe("/api/qr.svg?path=%2Ft%2Fabc");
  expect(all(chat, "message")[0]?.querySelectorAll(":scope > *")).toHaveLength(2);
});

test("Enter sends, Shift+Enter and the Enter of an input method do not", async () => {
  const { chat, client } = await openChat();
  const { field, type, press } = await composer(chat);
  await type("你好");
  press({ key: "Enter", shiftKey: true });
  press({ key: "Enter", isComposing: true });
  expect(client.transcript.entries).toHaveLength(0);
  press({ key: "Enter" });
  expect(client.transcript.entries.map((entry) => entry.text)).toEqual(["你好"]);
  await chat.updateComplete;
  await (await composer(chat)).element.updateComplete;
  expect(field.value).toBe("");
});

test("nothing but spaces is not sent", async () => {
  const { chat, client } = await openChat();
  const { type, press } = await composer(chat);
  await type("  \n ");
  press({ key: "Enter" });
  expect(client.transcript.entries).toHaveLength(0);
});

test("a text near the limit is counted and one over it stays in the field", async () => {
  const { chat, client } = await openChat();
  const { element, field, type, press } = await composer(chat);
  const count = element.shadowRoot?.querySelector("#count") as HTMLElement;
  await type("好".repeat(1000));
  expect(count.hidden).toBe(true);
  await type("好".repeat(1990));
  expect(count.textContent).toContain("还可输入 10 字");
  await type("好".repeat(2001));
  expect(count.textContent).toContain("超出 1 字");
  press({ key: "Enter" });
  expect(client.transcript.entries).toHaveLength(0);
  expect(field.value).toHaveLength(2001);
});

test("a refused message says so beside itself", async () => {
  const { chat, client } = await openChat();
  const id = client.say("你好");
  client.transcript.fail(id, "too_long");
  client.dispatchEvent(new Event("change"));
  await chat.updateComplete;
  expect(all(chat, "message-failed")[0]?.textContent).toContain("最多 2000 字");
});

test("a number that is called stands out", async () => {
  const { chat, client } = await openChat();
  const data = { kind: "ticket", number: "A012", code: "abc", windows: ["2号窗口"] };
  client.transcript.receive({ type: "notice", seq: 1, kind: "ticket_called", data });
  client.transcript.receive({ type: "notice", seq: 2, kind: "from_the_future", data: {} });
  client.dispatchEvent(new Event("change"));
  await chat.updateComplete;
  expect(all(chat, "notice").map((notice) => notice.textContent?.replace(/\s+/g, " ").trim())).toEqual([
    "请 A012 号到窗口办理 2号窗口",
  ]);
});

test("the end of a conversation leaves nothing of it on the page", async () => {
  const { chat, client } = await openChat();
  await receive(chat, client, { text: "秘密" });
  client.end();
  await chat.updateComplete;
  expect(chat.renderRoot.textContent).not.toContain("秘密");
  expect(all(chat, "start-new")).toHaveLength(1);
});
