import type { Catalogue } from "./texts";
import { guide as en } from "./en";
import { guide as hans } from "./zh-Hans";
import { guide as hant } from "./zh-Hant";

export const guideTexts: Catalogue<typeof hans> = { "zh-Hans": hans, "zh-Hant": hant, en };
