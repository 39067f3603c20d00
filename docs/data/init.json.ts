// What section 7.3 shows of the recordings: how the model compares with each, and what later releases changed.

import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {sinceAll, summarizeAll} from "../components/init/recorded.js";

const docs = join(import.meta.dirname, "..");
const read = {
  list: (folder: string) => readdirSync(join(docs, folder)),
  text: (path: string) => readFileSync(join(docs, path), "utf8"),
};

process.stdout.write(JSON.stringify({summaries: summarizeAll(read), since: sinceAll(read)}));
