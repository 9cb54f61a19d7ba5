import type { Catalogue } from "./texts";
import { staff as en } from "./en";
import { staff as hans } from "./zh-Hans";
import { staff as hant } from "./zh-Hant";

export const staffTexts: Catalogue<typeof hans> = { "zh-Hans": hans, "zh-Hant": hant, en };
