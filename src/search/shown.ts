// What is shown of a name in a listing. The build writes it for every such name (src/book/names.ts), and a page reads it when a
// reader asks what a name is (docs/components/frame/names.ts).

/** A name of the model, and what it is. */
export interface Shown {
  name: string;
  /** HTML. */
  doc: string;
  /** "src/runtime/malloc.ts, line 21" */
  file: string;
  /** Page and id of the first listing, and the number of its section. */
  listing?: string;
  section?: string;
  /** Address of Go's source, and the release's tag. */
  go?: string;
  release?: string;
}
