import type { Catalogue } from "./texts";
import { ticket as en } from "./en";
import { ticket as hans } from "./zh-Hans";
import { ticket as hant } from "./zh-Hant";

export const ticketTexts: Catalogue<typeof hans> = { "zh-Hans": hans, "zh-Hant": hant, en };
