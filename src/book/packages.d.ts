// Types of the packages that pages use and that come without.

declare module "htl" {
  type Tag<T> = (strings: TemplateStringsArray, ...values: unknown[]) => T;
  /** One element. Several at the top make a `<span>` around them: use `html.fragment` for those. */
  export const html: Tag<HTMLElement> & {fragment: Tag<DocumentFragment>};
  export const svg: Tag<SVGElement> & {fragment: Tag<DocumentFragment>};
}

declare module "@observablehq/inputs" {
  type Input<T> = HTMLFormElement & {value: T};
  type Choices<T> = Iterable<T> | Map<string, T>;
  interface Options {
    label?: string | Node;
    disabled?: boolean;
    width?: number | string;
  }
  interface ChoiceOptions<T> extends Options {
    format?: (value: T) => string | Node;
    keyof?: (value: T) => string;
    sort?: boolean | "ascending" | "descending" | ((a: T, b: T) => number);
    unique?: boolean;
  }
  interface NumberOptions extends Options {
    value?: number;
    step?: number;
    format?: (value: number) => string;
    placeholder?: string;
    transform?: (value: number) => number;
    invert?: (value: number) => number;
    validate?: (input: HTMLInputElement) => boolean;
  }
  interface TextOptions extends Options {
    value?: string;
    placeholder?: string;
    pattern?: string;
    datalist?: Iterable<string>;
    submit?: boolean | string;
    spellcheck?: boolean;
    type?: string;
  }

  export function button<T = number>(
    content: string | Node,
    options?: Options & {value?: T; reduce?: (value: T) => T; required?: boolean},
  ): Input<T>;
  export function button<T>(
    content: Iterable<[string, (value: T) => T]>,
    options?: Options & {value?: T; required?: boolean},
  ): Input<T>;
  export function toggle(options?: Options & {value?: boolean}): Input<boolean>;
  export function radio<T>(choices: Choices<T>, options?: ChoiceOptions<T> & {value?: T}): Input<T>;
  export function select<T>(
    choices: Choices<T>,
    options?: ChoiceOptions<T> & {value?: T; multiple?: false},
  ): Input<T>;
  export function checkbox<T>(
    choices: Choices<T>,
    options?: ChoiceOptions<T> & {value?: Iterable<T>},
  ): Input<T[]>;
  export function range(extent?: [number, number], options?: NumberOptions): Input<number>;
  export function number(extent?: [number, number], options?: NumberOptions): Input<number>;
  export function text(options?: TextOptions): Input<string>;
  export function textarea(options?: TextOptions & {rows?: number}): Input<string>;
  export function form<T extends Record<string, HTMLElement & {value: unknown}>>(
    inputs: T,
  ): Input<{[K in keyof T]: T[K]["value"]}>;
  export function bind<T extends HTMLElement>(
    target: T,
    source: HTMLElement,
    invalidation?: Promise<void>,
  ): T;
  export function input<T>(value: T): EventTarget & {value: T};
}
