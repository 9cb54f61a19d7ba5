/** What is set up once at a workplace and kept in its browser: the window one sits at, keys and sound. */

const WINDOW_KEY = "lobby.staff.window";

export type Switch = "shortcuts" | "sound";

export function myWindow(): string {
  return localStorage.getItem(WINDOW_KEY) ?? "";
}

export function keepMyWindow(id: string): void {
  localStorage.setItem(WINDOW_KEY, id);
}

/** On until it was turned off here. */
export function isOn(name: Switch): boolean {
  return localStorage.getItem(`lobby.staff.${name}`) !== "off";
}

export function turn(name: Switch, on: boolean): void {
  localStorage.setItem(`lobby.staff.${name}`, on ? "on" : "off");
}
