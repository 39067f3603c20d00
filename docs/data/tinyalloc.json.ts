// What section 7.6 takes from the recordings: the sizes of the scripts of tiny objects.

import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {recordedSizes} from "../components/tinyalloc/recorded.js";

const docs = join(import.meta.dirname, "..");
const read = {
  list: (folder: string) => readdirSync(join(docs, folder)),
  text: (path: string) => readFileSync(join(docs, path), "utf8"),
};

process.stdout.write(JSON.stringify(recordedSizes(read)));
