/** Pages are made of shadow roots: these look into all of them. */
export function all(root: ParentNode, testid: string): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>("*")].flatMap((element) => [
    ...(element.dataset["testid"] === testid ? [element] : []),
    ...(element.shadowRoot ? all(element.shadowRoot, testid) : []),
  ]);
}

export function one(testid: string): HTMLElement {
  const [found, ...more] = all(document, testid);
  if (!found || more.length > 0) throw new Error(`${all(document, testid).length} of ${testid}, not one`);
  return found;
}

/** The words as read, without runs of white space. */
export function words(testid: string): string {
  return (one(testid).textContent ?? "").replace(/\s+/g, " ").trim();
}
