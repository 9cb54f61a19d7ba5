/** Who has waited longer than was promised. */
import type { Queue } from "../api/types";

export interface LateTicket {
  number: string;
  queue: Queue;
}

/** Those who are late in `queues` and were not in `before`, so that each is told once. */
export function newlyLate(queues: readonly Queue[], before: readonly Queue[]): LateTicket[] {
  const known = new Set(before.flatMap((queue) => queue.late));
  return queues.flatMap((queue) =>
    queue.late.filter((number) => !known.has(number)).map((number) => ({ number, queue })),
  );
}
