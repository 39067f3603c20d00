import {readdirSync, readFileSync} from "node:fs";
import {describe, expect, test} from "vitest";
import type {Recording} from "../../../src/capture/format.js";
import {linesOf, readRecording} from "../../../src/capture/schema/index.js";

const folder = new URL("../../../docs/data/captures/heap/", import.meta.url);
const files = readdirSync(folder).filter(name => name.endsWith(".json"));

describe("every recording beside the book", () => {
  test.each(files)("%s has the shape of go-heap-state/1, and survives being cut into lines", file => {
    const text = readFileSync(new URL(file, folder), "utf8");
    const recording = readRecording(text);
    const lines = [...linesOf(recording, 3)];
    const {omitted, ...again} = readRecording(lines.join("")) as Recording & {omitted: unknown};
    expect(omitted).toEqual([]);
    expect(again).toEqual({...recording, schema: "go-heap-state/2"});
  });
});
