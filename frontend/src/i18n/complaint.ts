import type { Catalogue } from "./texts";
import { complaint as en } from "./en";
import { complaint as hans } from "./zh-Hans";
import { complaint as hant } from "./zh-Hant";

export const complaintTexts: Catalogue<typeof hans> = { "zh-Hans": hans, "zh-Hant": hant, en };
