// The page's own address holds what the reader has set, so that a link opens the page in that state.

/** The value of a parameter of the address, or null. */
export function param(name: string): string | null {
  return new URLSearchParams(location.search).get(name);
}

/** A whole number in the address, or `otherwise` if there is none from `min` to `max`. */
export function numberParam(name: string, otherwise: number, min: number, max: number): number {
  const text = param(name);
  const n = Number(text);
  return text !== null && /^\d+$/.test(text) && n >= min && n <= max ? n : otherwise;
}

/** Sets parameters of the address; null takes one out. The history does not grow. */
export function setParams(params: Readonly<Record<string, string | number | null>>): void {
  const all = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(params)) {
    if (value === null) all.delete(name);
    else all.set(name, String(value));
  }
  const query = all.toString().replaceAll("%2C", ",").replaceAll("%2F", "/");
  history.replaceState(history.state, "", `${location.pathname}${query && `?${query}`}${location.hash}`);
}
