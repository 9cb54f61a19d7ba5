import type { Catalogue } from "./texts";
import { demo as en } from "./en";
import { demo as hans } from "./zh-Hans";
import { demo as hant } from "./zh-Hant";

export const demoTexts: Catalogue<typeof hans> = { "zh-Hans": hans, "zh-Hant": hant, en };
