// The live preview of a copy of the project, open in a browser.

import {readFileSync, utimesSync, writeFileSync} from "node:fs";
import {join} from "node:path";
import type {Browser, Page} from "playwright-core";
import {printed, scratch} from "../book/scratch.ts";

const framework = "node_modules/@observablehq/framework/dist/bin/observable.js";

/** A preview, and one of its pages in a tab. */
export interface Preview {
  page: Page;
  /** Replaces a text in a file of the copy. The text must be there. */
  edit(file: string, from: string, to: string): void;
  close(): Promise<void>;
}

/** Copies the project, adds files to the copy, starts its preview and opens a page of it. */
export async function preview(
  browser: Browser,
  path: string,
  files: Record<string, string>,
): Promise<Preview> {
  const copy = scratch();
  for (const [file, text] of Object.entries(files)) writeFileSync(join(copy.root, file), text);
  const [, url] = await printed(copy.run(framework, "preview", "--no-open"), /(http:\/\/[\d.]+:\d+\/)/);
  const page = await browser.newPage();
  await page.goto(url + path);
  // On a busy machine Framework can answer an edit while it still answers the one before, and end with the older
  // state. So a file is saved again until the next edit, as a person would do.
  let saving: NodeJS.Timeout | undefined;
  return {
    page,
    edit: (file, from, to) => {
      const path = join(copy.root, file);
      const text = readFileSync(path, "utf8");
      if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
      writeFileSync(
        path,
        text.replace(from, () => to),
      );
      clearInterval(saving);
      saving = setInterval(() => utimesSync(path, new Date(), new Date()), 3000);
    },
    close: async () => {
      clearInterval(saving);
      await page.close();
      await copy.remove();
    },
  };
}
