import type { ReactiveController, ReactiveControllerHost } from "lit";
import { listen } from "../api/events";

const PAUSE_MS = 500;

/** One event stream for the whole console. Many changes at once reach a panel as one. */
class Feed {
  live = true;
  private readonly readers = new Set<OnNews>();
  private readonly due = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stop: (() => void) | null = null;

  start(liveChanged: () => void): void {
    this.stop?.();
    this.stop = listen(
      "/api/staff/events",
      ({ kind }) => this.note(kind),
      (live) => {
        if (live && !this.live) this.note("all");
        this.live = live;
        liveChanged();
      },
    );
  }

  end(): void {
    this.stop?.();
    this.stop = null;
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  add(reader: OnNews): void {
    this.readers.add(reader);
  }

  remove(reader: OnNews): void {
    this.readers.delete(reader);
  }

  private note(kind: string): void {
    this.due.add(kind);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const kinds = [...this.due];
      this.due.clear();
      for (const reader of this.readers) reader.hear(kinds);
    }, PAUSE_MS);
  }
}

export const feed = new Feed();

/** Calls `changed` on news whose kind begins with one of `kinds`. */
export class OnNews implements ReactiveController {
  constructor(
    host: ReactiveControllerHost,
    private readonly kinds: readonly string[],
    private readonly changed: () => unknown,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    feed.add(this);
  }

  hostDisconnected(): void {
    feed.remove(this);
  }

  hear(kinds: readonly string[]): void {
    if (kinds.some((kind) => kind === "all" || this.kinds.some((mine) => kind.startsWith(mine)))) this.changed();
  }
}
