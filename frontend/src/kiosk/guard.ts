/** A kiosk has no browser to play with: no context menu, dragging, selection or zoom. */
export function guardKiosk(): void {
  const refuse = (event: Event): void => event.preventDefault();
  for (const type of ["contextmenu", "dragstart", "drop", "dragover", "gesturestart", "gesturechange"]) {
    document.addEventListener(type, refuse);
  }
  document.addEventListener("selectstart", (event) => {
    const [target] = event.composedPath();
    if (!(target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement)) refuse(event);
  });
  document.addEventListener("wheel", (event) => event.ctrlKey && refuse(event), { passive: false });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && ["+", "-", "=", "0"].includes(event.key)) refuse(event);
  });
}
