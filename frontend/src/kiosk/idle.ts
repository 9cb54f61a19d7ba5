import type { ReactiveController, ReactiveControllerHost } from "lit";

const SIGNS = ["pointerdown", "keydown", "input", "wheel", "touchmove"] as const;

/** Notices that a person has stepped away: counts down after `quiet` seconds without a touch, then calls `gone`. */
export class IdleWatch implements ReactiveController {
  /** Seconds until `gone`, or null while there is no need to warn. */
  left: number | null = null;

  private active = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly quiet: number,
    private readonly warning: number,
    private readonly gone: () => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    for (const sign of SIGNS) window.addEventListener(sign, this.touched, { capture: true, passive: true });
  }

  hostDisconnected(): void {
    for (const sign of SIGNS) window.removeEventListener(sign, this.touched, { capture: true });
    this.stop();
  }

  start(): void {
    this.active = true;
    this.touched();
  }

  stop(): void {
    this.active = false;
    clearTimeout(this.timer);
    this.show(null);
  }

  private readonly touched = (): void => {
    if (!this.active) return;
    clearTimeout(this.timer);
    this.show(null);
    this.timer = setTimeout(() => this.count(this.warning), this.quiet * 1000);
  };

  private count(left: number): void {
    if (left <= 0) {
      this.stop();
      this.gone();
      return;
    }
    this.show(left);
    this.timer = setTimeout(() => this.count(left - 1), 1000);
  }

  private show(left: number | null): void {
    if (this.left === left) return;
    this.left = left;
    this.host.requestUpdate();
  }
}
