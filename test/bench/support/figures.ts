// Figures of a benchmark: the median, and how they are printed.

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** The number whose logarithm is the average of the logarithms. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((n, v) => n + Math.log(v), 0) / values.length);
}

/** Median, least and greatest, to one digit. */
export function spread(values: readonly number[]): string {
  return `${median(values).toFixed(1)} [${Math.min(...values).toFixed(1)}-${Math.max(...values).toFixed(1)}]`;
}

/** Prints rows as columns, the first to the left and all others to the right. */
export function table(rows: readonly (readonly string[])[]): void {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map(row => row[c]!.length)));
  for (const row of rows) {
    console.log(
      row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join("  "),
    );
  }
}
