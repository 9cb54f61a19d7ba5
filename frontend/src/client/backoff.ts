/**
 * Milliseconds to wait before reconnecting for the `attempt`th time (from 0): doubles from `first` up to `most`,
 * of which a random half is taken off, so that the customers of a restarted server do not all come back at once.
 */
export function backoff(attempt: number, random: number, first = 500, most = 20_000): number {
  const full = Math.min(most, first * 2 ** Math.min(attempt, 16));
  return full * (0.5 + random / 2);
}
