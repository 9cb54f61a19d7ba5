import type { Catalogue } from "./texts";
import { common as en } from "./en";
import { common as hans } from "./zh-Hans";
import { common as hant } from "./zh-Hant";

export const commonTexts: Catalogue<typeof hans> = { "zh-Hans": hans, "zh-Hant": hant, en };
