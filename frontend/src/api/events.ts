/** A stream of `changed` events that comes back after every interruption. Returns the way to stop it. */
export function listen(
  path: string,
  changed: (event: { topic: string; kind: string }) => void,
  live: (live: boolean) => void,
): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wait = 5000;

  const open = (): void => {
    source = new EventSource(path);
    source.onopen = () => {
      wait = 5000;
      live(true);
    };
    source.addEventListener("changed", (event) => changed(JSON.parse((event as MessageEvent<string>).data)));
    source.onerror = () => {
      live(false);
      // The browser retries by itself unless the answer was an error.
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, 60_000);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
