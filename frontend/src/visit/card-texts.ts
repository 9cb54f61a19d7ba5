/** Texts of the card `visit`, apart from the page's: the widget carries only these. */
import type { Catalogue } from "../i18n/texts";

const hans = {
  title: "您的准备码",
  complete: "必备材料齐全",
  missing: "还缺",
  slot: "预约时间",
  scan: "扫码查看或修改",
  open: "查看或修改",
};

export const visitCardTexts: Catalogue<typeof hans> = {
  "zh-Hans": hans,
  "zh-Hant": {
    title: "您的準備碼",
    complete: "必備文件齊全",
    missing: "還缺",
    slot: "預約時間",
    scan: "掃碼查看或修改",
    open: "查看或修改",
  },
  en: {
    title: "Your code",
    complete: "You have the papers everybody needs",
    missing: "Still needed",
    slot: "Appointment",
    scan: "Scan to see or change it",
    open: "See or change it",
  },
};
