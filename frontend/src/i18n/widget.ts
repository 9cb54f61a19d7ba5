import type { Catalogue } from "./texts";
import { widget as en } from "./en";
import { widget as hans } from "./zh-Hans";
import { widget as hant } from "./zh-Hant";

export const widgetTexts: Catalogue<typeof hans> = { "zh-Hans": hans, "zh-Hant": hant, en };
