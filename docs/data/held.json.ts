// What came of holding each release against its recordings, for the comparison of releases in section 7.3.

import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {heldOf} from "../components/init/held.js";

const docs = join(import.meta.dirname, "..");
const read = {
  list: (folder: string) => readdirSync(join(docs, folder)),
  text: (path: string) => readFileSync(join(docs, path), "utf8"),
};

process.stdout.write(JSON.stringify(heldOf(read)));
