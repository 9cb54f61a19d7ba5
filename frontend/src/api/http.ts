/** A refusal of the server, or no answer at all (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    /** Seconds, where the server named them. */
    readonly retryAfter: number | null = null,
  ) {
    super(code);
  }
}

/** JSON from our own server. Raises ApiError. */
export async function request<T>(path: string, init: RequestInit = {}): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(path, { cache: "no-store", ...init });
  } catch {
    throw new ApiError(0, "unreachable");
  }
  const body: unknown = await answer.json().catch(() => null);
  if (answer.ok) return body as T;
  const code = (body as { error?: { code?: string } } | null)?.error?.code ?? "error";
  const after = Number(answer.headers.get("Retry-After"));
  throw new ApiError(answer.status, code, after > 0 ? after : null);
}

export function post<T>(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<T> {
  return request<T>(path, {
    method: "POST",
    headers: { ...headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}
