import type { ReactiveController, ReactiveControllerHost } from "lit";
import { listen } from "../api/events";

/** Listens to an event stream while its host is on the page; reloads when it opens and after every interruption. */
export class Live implements ReactiveController {
  live = true;
  private stop: (() => void) | null = null;
  private opened = false;

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
        // What happened between the host's first look and the opening of the stream was told to nobody.
        if (live && (!this.opened || !this.live)) this.changed("all");
        this.opened ||= live;
        this.live = live;
        this.host.requestUpdate();
      },
    );
  }

  hostDisconnected(): void {
    this.stop?.();
    this.opened = false;
  }
}
