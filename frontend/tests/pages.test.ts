// @vitest-environment happy-dom
import type { ReactiveController, ReactiveControllerHost } from "lit";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ApiError } from "../src/api/http";
import { Resource } from "../src/api/resource";
import { IdleWatch } from "../src/kiosk/idle";

class Host implements ReactiveControllerHost {
  updates = 0;
  updateComplete = Promise.resolve(true);
  addController(controller: ReactiveController): void {
    queueMicrotask(() => controller.hostConnected?.());
  }
  removeController(): void {}
  requestUpdate(): void {
    this.updates += 1;
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function watch(gone: () => void): Promise<IdleWatch> {
  const idle = new IdleWatch(new Host(), 90, 20, gone);
  await Promise.resolve();
  idle.start();
  return idle;
}

test("a person who steps away is warned with a countdown before everything is wiped", async () => {
  const gone = vi.fn();
  const idle = await watch(gone);
  vi.advanceTimersByTime(89_000);
  expect(idle.left).toBeNull();
  vi.advanceTimersByTime(1000);
  expect(idle.left).toBe(20);
  vi.advanceTimersByTime(19_000);
  expect(idle.left).toBe(1);
  expect(gone).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  expect(gone).toHaveBeenCalledOnce();
});

test("a touch takes the warning away and starts the time again", async () => {
  const gone = vi.fn();
  const idle = await watch(gone);
  vi.advanceTimersByTime(100_000);
  expect(idle.left).toBe(10);
  window.dispatchEvent(new Event("pointerdown"));
  expect(idle.left).toBeNull();
  vi.advanceTimersByTime(89_000);
  expect(idle.left).toBeNull();
  expect(gone).not.toHaveBeenCalled();
});

test("nobody is warned while nobody has begun", async () => {
  const gone = vi.fn();
  const idle = await watch(gone);
  idle.stop();
  window.dispatchEvent(new Event("pointerdown"));
  vi.advanceTimersByTime(500_000);
  expect(idle.left).toBeNull();
  expect(gone).not.toHaveBeenCalled();
});

test("many changes while a fetch is under way become one more fetch, and the last answer is shown", async () => {
  const answers: ((value: number) => void)[] = [];
  const load = vi.fn(() => new Promise<number>((resolve) => answers.push(resolve)));
  const resource = new Resource<number>(new Host(), load);
  await Promise.resolve();
  void resource.reload();
  void resource.reload();
  answers[0]?.(1);
  await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(2));
  expect(resource.value).toBe(1);
  answers[1]?.(2);
  await vi.waitFor(() => expect(resource.value).toBe(2));
  expect(load).toHaveBeenCalledTimes(2);
});

test("what is known stays shown when a fetch fails", async () => {
  const load = vi.fn<() => Promise<number>>().mockResolvedValueOnce(1).mockRejectedValueOnce(new ApiError(0, "unreachable"));
  const resource = new Resource<number>(new Host(), load);
  await vi.waitFor(() => expect(resource.value).toBe(1));
  await resource.reload();
  expect(resource.value).toBe(1);
  expect(resource.error?.code).toBe("unreachable");
});
