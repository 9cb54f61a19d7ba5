import { expect, test } from "vitest";
import * as en from "../src/i18n/en";
import { fromBrowser, type Texts } from "../src/i18n/texts";
import * as hans from "../src/i18n/zh-Hans";
import * as hant from "../src/i18n/zh-Hant";

interface Measure {
  greeting: string;
  left: (count: number) => string;
  deep: { key: string };
}

test("a set of texts with a missing, empty-handed or surplus key does not compile", () => {
  const complete: Texts<Measure> = { greeting: "a", left: (count) => `${count}`, deep: { key: "b" } };
  // @ts-expect-error a key is missing
  const missing: Texts<Measure> = { greeting: "a", left: (count) => `${count}` };
  // @ts-expect-error a key further down is missing
  const missingDeep: Texts<Measure> = { greeting: "a", left: (count) => `${count}`, deep: {} };
  // @ts-expect-error a text with blanks is not a plain text
  const plain: Texts<Measure> = { greeting: "a", left: "b", deep: { key: "b" } };
  // @ts-expect-error a key that nobody knows
  const surplus: Texts<Measure> = { ...complete, deep: { key: "b", other: "c" }, more: "d" };
  expect([complete, missing, missingDeep, plain, surplus]).toHaveLength(5);
});

/** Every text with its path; texts with blanks are given small numbers. */
function flat(texts: object, path = ""): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]): [string, string][] => {
    const here = `${path}.${key}`;
    if (typeof value === "string") return [[here, value]];
    if (typeof value === "function") return [[here, String((value as (...args: unknown[]) => string)(2, 3))]];
    return flat(value as object, here);
  });
}

test("no text is empty, but for a task that says nothing", () => {
  for (const texts of [hans, hant, en]) {
    const empty = flat(texts).filter(([, text]) => text.trim() === "");
    expect(empty.map(([path]) => path)).toEqual([".kiosk.tasks.ask.says"]);
  }
});

test("traditional texts hold no simplified characters, simplified ones no traditional", () => {
  const simplifiedOnly = /[们这说请号话时问间办为对开关会没还从电让给与业务员应马见进远连边过达运选适级结经续线统绝维综输转较轻载达迟录长门闪闭]/u;
  const traditionalOnly = /[們這說請號話時問間辦為對開關會沒還從電讓給與業務員應馬見進遠連邊過達運選適級結經續線統絕維綜輸轉較輕載遲錄長門閃閉]/u;
  expect(flat(hant).filter(([, text]) => simplifiedOnly.test(text.replace(/[没]/gu, "")))).toEqual([]);
  expect(flat(hans).filter(([, text]) => traditionalOnly.test(text))).toEqual([]);
});

test("English texts hold no Chinese but the bank's second name", () => {
  const chinese = flat(en).filter(([, text]) => /\p{Script=Han}/u.test(text));
  expect(chinese.map(([path]) => path)).toEqual([".demo.title"]);
});

test("the browser's languages choose the locale", () => {
  expect(fromBrowser(["zh-CN"])).toBe("zh-Hans");
  expect(fromBrowser(["zh-TW"])).toBe("zh-Hant");
  expect(fromBrowser(["zh-HK", "en"])).toBe("zh-Hant");
  expect(fromBrowser(["zh-Hant-CN"])).toBe("zh-Hant");
  expect(fromBrowser(["zh"])).toBe("zh-Hans");
  expect(fromBrowser(["fr-FR", "en-US"])).toBe("en");
  expect(fromBrowser(["fr"])).toBe("zh-Hans");
  expect(fromBrowser([])).toBe("zh-Hans");
});
