// The file of a recording. It has another name until it is complete: whoever sees the final name has a whole recording.

import type {WriteStream} from "node:fs";
import {type FileHandle, open, rename, rm} from "node:fs/promises";
import {finished} from "node:stream/promises";
import {createGzip, type Gzip} from "node:zlib";
import {fromWriting} from "./trouble.js";

export class Output {
  readonly file: string;
  /** The name until the file is complete. */
  readonly partial: string;
  /** Bytes of the recording, before compression. */
  bytes = 0;
  private readonly disk: WriteStream;
  private readonly gzip: Gzip | undefined;
  private failure: Error | undefined;

  /** Makes the file, so that a wrong name is noticed before a program runs. Throws a Trouble. */
  static async create(file: string): Promise<Output> {
    const partial = partialName(file);
    try {
      return new Output(file, await open(partial, "wx"));
    } catch (error) {
      throw fromWriting(error as NodeJS.ErrnoException, file);
    }
  }

  private constructor(file: string, handle: FileHandle) {
    this.file = file;
    this.partial = partialName(file);
    this.disk = handle.createWriteStream({flush: true});
    this.disk.on("error", error => this.fail(error));
    if (file.endsWith(".gz")) {
      // Level 4 takes half the time of level 6, and a tenth more space.
      this.gzip = createGzip({level: 4});
      this.gzip.on("error", error => this.fail(error));
      this.gzip.pipe(this.disk);
    }
  }

  /** Bytes of the file, as far as they are written. */
  get written(): number {
    return this.disk.bytesWritten;
  }

  /** Writes, and waits while the disk is behind. Throws a Trouble. */
  async write(data: Uint8Array): Promise<void> {
    this.check();
    this.bytes += data.length;
    const into = this.gzip ?? this.disk;
    if (into.write(data)) return;
    await new Promise<void>(resolve => {
      const done = () => {
        into.off("drain", done);
        this.disk.off("error", done);
        resolve();
      };
      into.on("drain", done);
      this.disk.on("error", done);
    });
    this.check();
  }

  /** Gives the complete file its name. Throws a Trouble. */
  async complete(): Promise<void> {
    this.check();
    try {
      (this.gzip ?? this.disk).end();
      await finished(this.disk);
      await rename(this.partial, this.file);
    } catch (error) {
      throw fromWriting(error as NodeJS.ErrnoException, this.file);
    }
  }

  /** Removes what was written. */
  async discard(): Promise<void> {
    this.gzip?.destroy();
    this.disk.destroy();
    await rm(this.partial, {force: true});
  }

  private fail(error: Error): void {
    this.failure ??= error;
  }

  private check(): void {
    if (this.failure) throw fromWriting(this.failure, this.file);
  }
}

function partialName(file: string): string {
  return `${file}.partial-${process.pid}`;
}
