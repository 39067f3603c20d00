// What differs between two states: plain values, leaf by leaf.

/** A leaf that is not the same before and after; `undefined` stands for: not there. */
export interface Change {
  /** The parts of the path to the leaf. */
  readonly path: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
}

/** The leaves that differ, in the order of the state after. */
export function differences(before: unknown, after: unknown, path: readonly string[] = []): Change[] {
  if (Object.is(before, after)) return [];
  if (!isContainer(before) || !isContainer(after)) return [{path, before, after}];
  const keys = new Set([...Object.keys(after), ...Object.keys(before)]);
  return [...keys].flatMap(key => differences(before[key], after[key], [...path, key]));
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
