/** The socket's address beside a page or script address of the same server. */
export function socketAddress(base: string): string {
  const address = new URL("/ws", base);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  return address.href;
}
