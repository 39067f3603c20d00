// What section 7.8 shows of the recordings: how the model compares, the example, and what later releases changed.

import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {example, replayAll, sinceAll} from "../components/mstats/recorded.js";

const docs = join(import.meta.dirname, "..");
const read = {
  list: (folder: string) => readdirSync(join(docs, folder)),
  text: (path: string) => readFileSync(join(docs, path), "utf8"),
};

process.stdout.write(JSON.stringify({results: replayAll(read), example: example(read), since: sinceAll(read)}));
