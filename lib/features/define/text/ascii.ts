/** Address of the text in a kernel's memory: the kernel also reads some bytes before it. */
export const TEXT_AT = 16;
/** Bytes after a text that a kernel reads, its step. They are no part of a word. */
const STEP = 16;

const encoder = new TextEncoder();

/** Bytes from {@link TEXT_AT} on that a text of `length` characters needs. */
export function textRoom(length: number): number {
  return length + STEP;
}

/**
 * Ends of arrays of these sizes in bytes, laid out one after the other, each at a multiple of 16.
 */
export function layout(...sizes: number[]): number[] {
  let end = 0;
  return sizes.map((size) => {
    end += Math.ceil(size / 16) * 16;
    return end;
  });
}

/**
 * Reads an ASCII text into a kernel's memory; -1 for other text. Reading a byte array is several
 * times as fast as `charCodeAt`, which checks the string's representation each time. Other text
 * takes more bytes than it has units, which gives it away.
 *
 * @param bytes at least {@link textRoom} of it
 */
export function readAscii(text: string, bytes: Uint8Array): number {
  const length = readText(text, bytes);
  return length === text.length ? length : -1;
}

/**
 * Reads any text into a kernel's memory, in UTF-8; returns its number of bytes, -1 if it has too
 * many.
 */
export function readText(text: string, bytes: Uint8Array): number {
  const { read, written } = encoder.encodeInto(text, bytes);
  if (read !== text.length || textRoom(written) > bytes.length) return -1;
  bytes.fill(0, written, textRoom(written));
  return written;
}
