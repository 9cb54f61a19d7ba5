import type { ReactiveController, ReactiveControllerHost } from "lit";
import { isOn } from "./workplace";

/**
 * The letter of a key press that may be a shortcut, upper case; null while somebody types, chooses in a list or
 * answers a dialog, for a key held down, and for keys of the browser.
 */
export function shortcut(event: KeyboardEvent): string | null {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null;
  const busy = event.composedPath().some((place) => place instanceof HTMLElement && takesLetters(place));
  return !busy && /^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : null;
}

function takesLetters(place: HTMLElement): boolean {
  return place.matches("input:not([type=checkbox]), select, textarea, dialog") || place.isContentEditable;
}

/** Hands shortcuts to its host while that is on the page, unless they are turned off at this workplace. */
export class Shortcuts implements ReactiveController {
  constructor(
    host: ReactiveControllerHost,
    private readonly pressed: (letter: string) => void,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    window.addEventListener("keydown", this.hear);
  }

  hostDisconnected(): void {
    window.removeEventListener("keydown", this.hear);
  }

  private readonly hear = (event: KeyboardEvent): void => {
    const letter = isOn("shortcuts") ? shortcut(event) : null;
    if (!letter) return;
    // What the shortcut opens takes the focus at once: the letter itself must not be typed there.
    event.preventDefault();
    this.pressed(letter);
  };
}
