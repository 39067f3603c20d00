// The numbers in a page's text: printed at build time, written anew when the inputs of the page change.

/** Writes values into the places that the text has for them: `{{name}}` in the page. */
export function fill(values: Readonly<Record<string, string>>): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-value]")) {
    const text = values[element.dataset.value!];
    if (text !== undefined) element.textContent = text;
  }
}
