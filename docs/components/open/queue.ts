// Reads files in a worker, one after the other, and says in words what is wrong with one.

import type {Answer, Request} from "../../src/capture/reader/worker.js";
import {count} from "../format.js";

/** A file that waits to be read. */
export interface Waiting {
  readonly name: string;
  readonly request: Request;
  readonly example: boolean;
}

/** Reads files in a worker, one after the other. */
export class Queue {
  readonly #make: () => Worker;
  readonly #waiting: Waiting[] = [];
  #worker: Worker | null = null;
  #current: Waiting | null = null;
  readonly #answer: (file: Waiting, answer: Answer) => void;

  constructor(make: () => Worker, answer: (file: Waiting, answer: Answer) => void) {
    this.#make = make;
    this.#answer = answer;
  }

  add(file: Waiting): void {
    this.#waiting.push(file);
    this.#next();
  }

  /** Ends the file that is read. */
  cancel(): void {
    const file = this.#current;
    this.#stop();
    if (file !== null) this.#done(file, {is: "fault", message: "you stopped it", path: "", place: null});
  }

  #stop(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#current = null;
  }

  #done(file: Waiting, answer: Answer): void {
    this.#answer(file, answer);
    this.#next();
  }

  #next(): void {
    if (this.#current !== null || this.#waiting.length === 0) return;
    const file = this.#waiting.shift()!;
    this.#current = file;
    // A worker of its own for each file: whatever a file does to it, the next begins anew.
    const worker = this.#make();
    this.#worker = worker;
    worker.onmessage = ({data}: MessageEvent<Answer>) => {
      if (data.is === "progress") this.#answer(file, data);
      else {
        this.#stop();
        this.#done(file, data);
      }
    };
    worker.onerror = event => {
      event.preventDefault();
      this.#stop();
      const message = `the reader stopped${event.message ? ` (${event.message})` : "; the machine may be out of memory"}`;
      this.#done(file, {is: "fault", message, path: "", place: null});
    };
    worker.postMessage(file.request);
  }
}

/** A fault in words: where, and what. */
export function faultText({message, path, place}: Extract<Answer, {is: "fault"}>): string {
  const where = [
    place !== null &&
      `line ${count(place.line)}${place.column === null ? "" : `, column ${count(place.column)}`}`,
    place !== null && place.byte !== null && `byte ${count(place.byte)}`,
    path !== "" && path,
  ].filter(part => part !== false);
  return where.length > 0 ? `${where.join(", ")}: ${message}` : message;
}
