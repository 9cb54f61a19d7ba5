import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { newCalls, shownCalls } from "../src/board/calls";
import { Speaker, type Synthesis, spelt, voiceFor } from "../src/board/speaker";
import { board, call } from "./queue-things";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A voice that says nothing until told how a sentence ended, as a browser's does. */
class Voices implements Synthesis {
  readonly spoken: string[] = [];
  private current: SpeechSynthesisUtterance | null = null;

  constructor(private readonly languages: string[]) {}

  getVoices() {
    return this.languages.map((lang) => ({ lang }));
  }

  speak(utterance: SpeechSynthesisUtterance): void {
    this.spoken.push(utterance.text);
    this.current = utterance;
  }

  cancel(): void {
    this.fail();
  }

  finish(): void {
    this.current?.onend?.call(this.current, {} as SpeechSynthesisEvent);
  }

  fail(): void {
    this.current?.onerror?.call(this.current, {} as SpeechSynthesisErrorEvent);
  }
}

function speaker(voices: Voices): Speaker {
  const made = new Speaker(voices, ({ text }) => ({ text }) as SpeechSynthesisUtterance);
  made.start();
  return made;
}

const mandarin = (text: string) => ({ language: "zh-CN", text });

test("a call is said in each language that has a voice, one after the other", () => {
  const voices = new Voices(["zh-CN", "en-US"]);
  speaker(voices).say("A1", [mandarin("一"), { language: "zh-HK", text: "粵" }, { language: "en", text: "one" }]);
  expect(voices.spoken).toEqual(["一"]);
  voices.finish();
  expect(voices.spoken).toEqual(["一", "one"]);
});

test("calls wait for those before them, and a number that still waits is not queued twice", () => {
  const voices = new Voices(["zh-CN"]);
  const hall = speaker(voices);
  hall.say("A1", [mandarin("一")]);
  hall.say("A2", [mandarin("二")]);
  hall.say("A2", [mandarin("二")]);
  voices.finish();
  voices.finish();
  expect(voices.spoken).toEqual(["一", "二"]);
  hall.say("A2", [mandarin("二")]);
  expect(voices.spoken).toEqual(["一", "二", "二"]);
});

test("a voice that fails or never reports its end does not silence the calls after it", () => {
  const voices = new Voices(["zh-CN"]);
  const hall = speaker(voices);
  for (const text of ["一", "二", "三"]) hall.say(text, [mandarin(text)]);
  voices.fail();
  expect(voices.spoken).toEqual(["一", "二"]);
  vi.advanceTimersByTime(15_000);
  expect(voices.spoken).toEqual(["一", "二", "三"]);
});

test("muted, it falls silent at once and forgets what was to be said", () => {
  const voices = new Voices(["zh-CN"]);
  const hall = speaker(voices);
  hall.say("A1", [mandarin("一")]);
  hall.say("A2", [mandarin("二")]);
  hall.stop();
  hall.say("A3", [mandarin("三")]);
  expect(voices.spoken).toEqual(["一"]);
  hall.start();
  hall.say("A4", [mandarin("四")]);
  expect(voices.spoken).toEqual(["一", "四"]);
});

test("Cantonese is read by a Cantonese voice only, and Mandarin never by one", () => {
  const voices = (...langs: string[]) => langs.map((lang) => ({ lang }));
  expect(voiceFor("zh-HK", voices("zh-CN", "zh-TW", "zh-HK"))?.lang).toBe("zh-HK");
  expect(voiceFor("zh-HK", voices("yue-HK"))?.lang).toBe("yue-HK");
  expect(voiceFor("zh-HK", voices("zh-CN", "zh-TW", "zh"))).toBeNull();
  expect(voiceFor("zh-CN", voices("zh-HK", "zh_CN"))?.lang).toBe("zh_CN");
  expect(voiceFor("zh-CN", voices("zh-HK", "zh-TW"))?.lang).toBe("zh-TW");
  expect(voiceFor("zh-CN", voices("zh-HK", "zh-Hant-HK", "en-GB"))).toBeNull();
  expect(voiceFor("en", voices("zh-CN", "en-GB"))?.lang).toBe("en-GB");
});

test("a number is spelt, or it is read as twelve", () => {
  expect(spelt("A012")).toBe("A 0 1 2");
});

test("a call and a repeated call are news; one whose customer is there already is not", () => {
  const before = board([call("A1"), call("A2")]);
  expect(newCalls(board([call("A1"), call("A2"), call("A3")]), before).map(({ number }) => number)).toEqual(["A3"]);
  expect(newCalls(board([call("A1", { calls: 2 }), call("A2")]), before).map(({ number }) => number)).toEqual(["A1"]);
  expect(newCalls(board([call("A1"), call("A9", { serving: true })]), before)).toEqual([]);
});

test("who is still to come is shown first, the latest call on top", () => {
  const shown = shownCalls(
    board([
      call("A1", { serving: true, called_at: "2026-11-23T01:30:00Z" }),
      call("A2", { called_at: "2026-11-23T01:10:00Z" }),
      call("A3", { called_at: "2026-11-23T01:20:00Z" }),
    ]),
    2,
  );
  expect(shown.map(({ number }) => number)).toEqual(["A3", "A2"]);
});
