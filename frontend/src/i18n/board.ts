import type { Catalogue } from "./texts";
import { board as en } from "./en";
import { board as hans } from "./zh-Hans";
import { board as hant } from "./zh-Hant";

export const boardTexts: Catalogue<typeof hans> = { "zh-Hans": hans, "zh-Hant": hant, en };
