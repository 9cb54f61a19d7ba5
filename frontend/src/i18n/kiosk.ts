import type { Catalogue } from "./texts";
import { kiosk as en } from "./en";
import { kiosk as hans } from "./zh-Hans";
import { kiosk as hant } from "./zh-Hant";

export const kioskTexts: Catalogue<typeof hans> = { "zh-Hans": hans, "zh-Hant": hant, en };
