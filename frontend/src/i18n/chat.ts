import type { Catalogue } from "./texts";
import { chat as en } from "./en";
import { chat as hans } from "./zh-Hans";
import { chat as hant } from "./zh-Hant";

export const chatTexts: Catalogue<typeof hans> = { "zh-Hans": hans, "zh-Hant": hant, en };
