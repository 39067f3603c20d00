// What a cell can use without an import: Framework's own names, and no others.
//
// This file is only for the modules that cells.ts writes; tsconfig.json leaves it out.

/** The value that other cells see of a variable: what a promise resolves to, what a generator yields. */
type CellValue<T> = T extends AsyncGenerator<infer U> | Generator<infer U> ? U : Awaited<T>;

/** Shows a value in place of the cell, and returns it. */
declare function display<T>(value: T): T;

/** Shows an input. Other cells see its value; the cell itself holds a generator. */
declare function view<T>(input: HTMLElement & {value: T}): AsyncGenerator<T, void>;

/** Resolves when the cell runs again or goes away. */
declare const invalidation: Promise<void>;

/** Resolves when the cell is in sight. */
declare function visibility(): Promise<void>;
declare function visibility<T>(value: T): Promise<T>;

/** Width of the page's main column, in pixels. */
declare const width: number;

/** Milliseconds since 1970; runs the cell at each frame. */
declare const now: number;

/** Whether the page shows its dark colors. */
declare const dark: boolean;

/** Draws anew whenever the width of its place changes. */
declare function resize(render: (width: number, height: number) => Node | Promise<Node>): HTMLElement;

declare const Generators: {
  input<T>(input: HTMLElement & {value: T}): AsyncGenerator<T, void>;
  observe<T>(initialize: (change: (value: T) => T) => (() => void) | undefined): AsyncGenerator<T, void>;
  queue<T>(initialize: (change: (value: T) => T) => (() => void) | undefined): AsyncGenerator<T, void>;
  now(): AsyncGenerator<number, void>;
  width(element: HTMLElement): AsyncGenerator<number, void>;
  dark(): AsyncGenerator<boolean, void>;
};

/** A value that the cell which defines it can change, and that others follow. */
declare function Mutable<T>(value: T): AsyncGenerator<T, void> & {value: T};

/** A file beside the page. The name is a literal: the build must see it. */
declare function FileAttachment(name: string): {
  readonly name: string;
  readonly mimeType: string;
  readonly size: number;
  readonly href: string;
  url(): Promise<string>;
  json<T = unknown>(): Promise<T>;
  text(encoding?: string): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
  blob(): Promise<Blob>;
  stream(): Promise<ReadableStream<Uint8Array>>;
  image(properties?: Partial<HTMLImageElement>): Promise<HTMLImageElement>;
};
