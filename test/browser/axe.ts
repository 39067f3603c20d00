// Helps tests ask axe about a page.

import {readFileSync} from "node:fs";
import {createRequire} from "node:module";
import type {Page} from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe found: the number of its rules that hold, and the violations as "rule: element". */
export interface Verdict {
  held: number;
  violations: string[];
}

/** Asks axe about what a page shows now: its theme, its width, what is open. All rules count, those of good practice too. */
export async function askAxe(page: Page): Promise<Verdict> {
  if (!(await page.evaluate(`"axe" in window`))) await page.evaluate(source);
  return page.evaluate(async () => {
    const {axe} = window as unknown as {axe: {run(options: object): Promise<Results>}};
    const {passes, violations} = await axe.run({resultTypes: ["violations", "passes"]});
    return {
      held: passes.length,
      violations: violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(" ")}`)),
    };
  });
}

interface Results {
  passes: unknown[];
  violations: {id: string; nodes: {target: string[]}[]}[];
}
