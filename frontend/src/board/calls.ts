/** What changed between two states of the board. */
import type { Board, Call } from "../api/types";

/** A number called again is a new call. */
export function callKey(call: Call): string {
  return `${call.number} ${call.called_at} ${call.calls}`;
}

/** Numbers called since `before`, for the hall to hear; one whose customer is at the window already needs no call. */
export function newCalls(board: Board, before: Board): Call[] {
  const known = new Set(before.calling.map(callKey));
  return board.calling.filter((call) => !call.serving && !known.has(callKey(call)));
}

/** The order on the screen: who is still to come before who is being served, the latest call first. */
export function shownCalls(board: Board, most: number): Call[] {
  const newest = (one: Call, other: Call): number => Date.parse(other.called_at) - Date.parse(one.called_at);
  return [...board.calling]
    .sort((one, other) => Number(one.serving) - Number(other.serving) || newest(one, other))
    .slice(0, most);
}
