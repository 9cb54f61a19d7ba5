import type { ReactiveController, ReactiveControllerHost } from "lit";
import { listen } from "../api/events";

/** Listens to an event stream while its host is on the page; reloads after every interruption, too. */
export class Live implements ReactiveController {
  live = true;
  private stop: (() => void) | null = null;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly path: string,
    private readonly changed: (kind: string) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.stop = listen(
      this.path,
      ({ kind }) => this.changed(kind),
      (live) => {
        if (live && !this.live) this.changed("all");
        this.live = live;
        this.host.requestUpdate();
      },
    );
  }

  hostDisconnected(): void {
    this.stop?.();
  }
}
