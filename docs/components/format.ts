// How numbers and addresses are written.

const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/** A size for reading: "16 KiB", "258.1 MiB", "1,736 B". */
export function bytes(n: number): string {
  if (n < 1024 || (n < 65536 && n % 1024 !== 0)) return `${count(n)} B`;
  const exponent = Math.min(units.length - 1, Math.floor(Math.log2(n) / 10));
  const value = n / 1024 ** exponent;
  return `${Number.isInteger(value) ? count(value) : value.toFixed(1)} ${units[exponent]}`;
}

/** A number with commas: "9,448,628". */
export function count(n: number): string {
  return n.toLocaleString("en-US", {maximumFractionDigits: 20});
}

/** A number and its noun: "1 hint", "128 hints". */
export function plural(n: number, noun: string, nouns = `${noun}s`): string {
  return `${count(n)} ${n === 1 ? noun : nouns}`;
}

/** An address: "0xc000000000". */
export function hex(address: number): string {
  return `0x${address.toString(16)}`;
}

/** A part of a whole: "6.3%". */
export function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(part === 0 || part === whole ? 0 : 1)}%`;
}

/** A power of two as such: "2^26"; other numbers with commas. */
export function power(n: number): string {
  const exponent = Math.round(Math.log2(n));
  return 2 ** exponent === n ? `2^${exponent}` : count(n);
}
