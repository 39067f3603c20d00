// How long it takes until an edit of src/runtime/mfixalloc.ts shows on section 7.3 in the open preview.
//
// The page of a copy gets a cell and a listing that read the file. Each run appends a word to the function's own text, and
// waits until both have it.

import {readFileSync} from "node:fs";
import {preview} from "../browser/preview.ts";
import {launch} from "../browser/site.ts";

const source = "src/runtime/mfixalloc.ts";
const path = "docs/part2runtime/ch07alloc/init.md";
const declaration = `\nexport function probe(): string {\n  return "0";\n}\n`;
const probe = `

\`\`\`listing ${source}#probe
\`\`\`

\`\`\`ts
import {probe} from "/${source.replace(".ts", ".js")}";
display(Object.assign(document.createElement("p"), {id: "probe", textContent: probe()}));
\`\`\`
`;

const browser = await launch();
const {page, edit, close} = await preview(browser, path.replace("docs/", "").replace(".md", ""), {
  [source]: readFileSync(source, "utf8") + declaration,
  [path]: readFileSync(path, "utf8") + probe,
});
const shows = (word: string) =>
  page.waitForFunction(
    w =>
      document.querySelector("#probe")?.textContent === w &&
      document.querySelector("#listing-probe pre")?.textContent?.includes(`"${w}"`),
    word,
    {polling: 10},
  );
await shows("0");

const times: number[] = [];
for (let run = 1; run <= 9; run++) {
  await page.waitForTimeout(500);
  const start = performance.now();
  edit(source, `return "${run - 1}"`, `return "${run}"`);
  await shows(String(run));
  times.push(performance.now() - start);
}
times.sort((a, b) => a - b);
console.log(
  `edit to page: median ${times[4]!.toFixed(0)} ms, worst ${times[8]!.toFixed(0)} ms of ${times.length}`,
);
await close();
await browser.close();
