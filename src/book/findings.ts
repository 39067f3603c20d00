// A finding: something wrong in a file, with its line. Checks return findings; commands print them.

/** Something wrong in a file. */
export interface Finding {
  /** The file, from the top of the project. */
  file: string;
  line: number;
  message: string;
}

/** "docs/index.md:12: what is wrong", one per line. */
export function formatFindings(findings: readonly Finding[]): string {
  return findings.map(({file, line, message}) => `${file}:${line}: ${message}`).join("\n");
}
