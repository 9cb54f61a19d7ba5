/** Where the session token lives: sessionStorage on a kiosk, localStorage in the widget. Texts are never kept. */
export interface SessionStore {
  load(): string | null;
  save(session: string): void;
  clear(): void;
}

/** `area` may throw (blocked by the browser): the session then lasts as long as the page. */
export function sessionStore(area: () => Storage, key = "lobby.session"): SessionStore {
  let held: string | null = null;
  const attempt = <T>(work: (storage: Storage) => T): T | null => {
    try {
      return work(area());
    } catch {
      return null;
    }
  };
  return {
    load: () => attempt((storage) => storage.getItem(key)) ?? held,
    save(session) {
      held = session;
      attempt((storage) => storage.setItem(key, session));
    },
    clear() {
      held = null;
      attempt((storage) => storage.removeItem(key));
    },
  };
}
