/**
 * Registers a custom element unless its name is taken: the widget may be a guest on a page that already has it.
 */
export function element(name: string) {
  return (elementClass: CustomElementConstructor): void => {
    if (!customElements.get(name)) customElements.define(name, elementClass);
  };
}
