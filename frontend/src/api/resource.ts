import type { ReactiveController, ReactiveControllerHost } from "lit";
import { ApiError } from "./http";

/**
 * Something the server knows, fetched again whenever it may have changed. Several reloads at once become one more
 * fetch after the one under way; what is shown stays while a new one loads.
 */
export class Resource<T> implements ReactiveController {
  value: T | null = null;
  error: ApiError | null = null;
  loading = false;

  private again = false;
  private connected = false;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly load: () => Promise<T>,
    private readonly arrived: (value: T, before: T | null) => void = () => {},
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    this.connected = true;
    void this.reload();
  }

  hostDisconnected(): void {
    this.connected = false;
  }

  readonly reload = async (): Promise<void> => {
    if (this.loading) {
      this.again = true;
      return;
    }
    this.loading = true;
    do {
      this.again = false;
      try {
        const value = await this.load();
        if (!this.connected) break;
        this.arrived(value, this.value);
        this.value = value;
        this.error = null;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        this.error = error;
      }
      this.host.requestUpdate();
    } while (this.again);
    this.loading = false;
  };

  /** Takes a value that came with another answer. */
  set(value: T): void {
    this.arrived(value, this.value);
    this.value = value;
    this.host.requestUpdate();
  }
}
