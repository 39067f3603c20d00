import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import {gunzipSync} from "node:zlib";
import {describe, expect, test} from "vitest";
import {Output} from "../../src/recorder/output.js";
import {scratch} from "./scratch.js";

const folder = scratch();
const bytes = (text: string) => new TextEncoder().encode(text);

describe("the file of a recording", () => {
  test("gets its name when it is complete, not before", async () => {
    const file = join(folder, "a.jsonl");
    const output = await Output.create(file);
    await output.write(bytes("one\n"));
    expect(existsSync(file)).toBe(false);
    await output.write(bytes("two\n"));
    await output.complete();
    expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
    expect(existsSync(output.partial)).toBe(false);
    expect([output.bytes, output.written]).toEqual([8, 8]);
  });

  test("is compressed if its name ends in .gz", async () => {
    const file = join(folder, "b.jsonl.gz");
    const output = await Output.create(file);
    for (let i = 0; i < 1000; i++) await output.write(bytes("the same again\n"));
    await output.complete();
    expect(gunzipSync(readFileSync(file)).toString()).toBe("the same again\n".repeat(1000));
    expect(output.written).toBeLessThan(output.bytes / 10);
  });

  test("takes the place of a file that was there, and leaves that alone until then", async () => {
    const file = join(folder, "c.jsonl");
    writeFileSync(file, "old\n");
    const output = await Output.create(file);
    await output.write(bytes("new\n"));
    expect(readFileSync(file, "utf8")).toBe("old\n");
    await output.complete();
    expect(readFileSync(file, "utf8")).toBe("new\n");
  });

  test.each(["d.jsonl", "d.jsonl.gz"])("leaves nothing behind when it is given up: %s", async name => {
    const own = join(folder, `given-up-${name}`);
    mkdirSync(own);
    const output = await Output.create(join(own, name));
    await output.write(bytes("half\n"));
    await output.discard();
    expect(readdirSync(own)).toEqual([]);
  });

  test("is refused at once where none can be", async () => {
    await expect(Output.create(join(folder, "no", "e.jsonl"))).rejects.toMatchObject({
      kind: "write",
      message: expect.stringContaining("e.jsonl cannot be written: ENOENT"),
    });
  });
});
