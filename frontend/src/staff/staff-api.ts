import { ApiError, post, request } from "../api/http";
import type { Me } from "../api/types";

let csrf = "";

/** Dispatches `signed-out` when the server no longer knows who we are. */
export const session = new EventTarget();

export async function signIn(name: string, password: string): Promise<Me> {
  return remember(await post<Me>("/api/staff/login", { name, password }));
}

/** Who is signed in, or null. */
export async function whoAmI(): Promise<Me | null> {
  try {
    return remember(await request<Me>("/api/staff/me"));
  } catch (error) {
    if (refusedMe(error)) return null;
    throw error;
  }
}

export async function signOut(): Promise<void> {
  await staffPost("/logout").catch(() => {});
  csrf = "";
}

export function staffGet<T>(path: string): Promise<T> {
  return watch(request<T>(`/api/staff${path}`));
}

export function staffPost<T>(path: string, body?: unknown): Promise<T> {
  return watch(post<T>(`/api/staff${path}`, body, { "X-Lobby-CSRF": csrf }));
}

function remember(me: Me): Me {
  csrf = me.csrf;
  return me;
}

/** A refusal may mean "not you" or "not this": only the first ends the session here. */
async function watch<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (refusedMe(error) && (await whoAmI()) === null) session.dispatchEvent(new Event("signed-out"));
    throw error;
  }
}

function refusedMe(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 401 || error.status === 403);
}
