import { html, type TemplateResult } from "lit";

const TOKEN = /⟨(phone|id_card|bank_card|email|[a-z_]+):\d+⟩/g;

export interface HiddenNames {
  readonly phone: string;
  readonly id_card: string;
  readonly bank_card: string;
  readonly email: string;
  readonly other: string;
}

/** `text` cut into plain pieces and the types of the masked tokens (`⟨phone:1⟩`) between them. */
export function pieces(text: string): (string | { hidden: string })[] {
  const found: (string | { hidden: string })[] = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > from) found.push(text.slice(from, match.index));
    found.push({ hidden: match[1] as string });
    from = match.index + match[0].length;
  }
  if (from < text.length) found.push(text.slice(from));
  return found;
}

/** `text` with each masked token shown as a pill; style it by the class `pill`. */
export function maskedText(text: string, names: HiddenNames): TemplateResult[] {
  return pieces(text).map((piece) =>
    typeof piece === "string"
      ? html`${piece}`
      : html`<span class="pill">${names[piece.hidden as keyof HiddenNames] ?? names.other}</span>`,
  );
}
