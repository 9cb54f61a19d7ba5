export type Move = "previous" | "next" | "first" | "last";

const KEYS: Partial<Record<string, Move>> = {
  ArrowLeft: "previous",
  PageUp: "previous",
  ArrowRight: "next",
  PageDown: "next",
  Home: "first",
  End: "last",
};

/** The screen, from 0, that an address such as "#3" names; the first one where it names none of `count`. */
export function screenOf(hash: string, count: number): number {
  const screen = Number(hash.slice(1)) - 1;
  return Number.isInteger(screen) && screen >= 0 && screen < count ? screen : 0;
}

/** The screen, from 0, after a move; it ends at the first and the last of `count`. */
export function moved(screen: number, move: Move, count: number): number {
  const to = { previous: screen - 1, next: screen + 1, first: 0, last: count - 1 }[move];
  return Math.min(Math.max(to, 0), count - 1);
}

/** What a key means; null with a modifier, which is the browser's. */
export function keyMove(event: Pick<KeyboardEvent, "key" | "altKey" | "ctrlKey" | "metaKey" | "shiftKey">): Move | null {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  return KEYS[event.key] ?? null;
}
