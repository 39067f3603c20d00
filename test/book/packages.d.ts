// Types of the packages that tests use and that come without.

declare module "@citation-js/core" {
  /** Reads a citation in any form that a plugin knows; `data` is CSL. */
  export class Cite {
    constructor(text: string);
    readonly data: Record<string, unknown>[];
  }
}
declare module "@citation-js/plugin-bibtex";
declare module "@citation-js/plugin-ris";

declare module "jsonld" {
  interface Loaded {
    contextUrl: undefined;
    documentUrl: string;
    document: unknown;
  }
  const jsonld: {
    expand(
      document: unknown,
      options: {documentLoader(url: string): Promise<Loaded>},
    ): Promise<Record<string, unknown>[]>;
  };
  export default jsonld;
}
