import { ArtifactError } from '../index.js';

/** A grey image, row by row. */
export interface Pgm {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Whether a file begins as a binary PGM does. */
export function isPgm(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x35;
}

/**
 * Reads a binary PGM (P5) of 8 bits a pixel. Values are stretched to 0 … 255 where its maximum is less.
 *
 * @param name of the file, for errors
 * @throws ArtifactError: `damaged` for a file that is cut short, `unsupported` for one of 16 bits a pixel
 * @see https://netpbm.sourceforge.net/doc/pgm.html
 */
export function readPgm(bytes: Uint8Array, name: string): Pgm {
  let at = 2;
  const next = (what: string): number => {
    at = afterSpace(bytes, at);
    const from = at;
    while (isDigit(bytes[at])) at++;
    const value = Number(new TextDecoder().decode(bytes.subarray(from, Math.min(at, from + 10))));
    if (at === from || value < 1) fail(name, `expected a ${what} above 0`);
    return value;
  };
  const [width, height, most] = [next('width'), next('height'), next('maximum')];
  if (most > 255) {
    throw new ArtifactError(
      'unsupported',
      `${name}: expected a PGM of 8 bits a pixel, got a maximum of ${most}`,
    );
  }
  // One blank ends the header; after it come the pixels.
  const data = bytes.slice(at + 1, at + 1 + width * height);
  if (data.length < width * height) {
    fail(name, `${width} x ${height} pixels need ${width * height} bytes, got ${data.length}`);
  }
  if (most < 255) for (let i = 0; i < data.length; i++) data[i] = Math.min(255, (255 * data[i]) / most + 0.5);
  return { data, width, height };
}

/** Blanks, and comments from # to the end of their line. */
function afterSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    while (bytes[at] === 0x20 || (bytes[at] >= 0x09 && bytes[at] <= 0x0d)) at++;
    if (bytes[at] !== 0x23) return at;
    while (at < bytes.length && bytes[at] !== 0x0a) at++;
  }
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function fail(name: string, why: string): never {
  throw new ArtifactError('damaged', `${name} is no whole PGM: ${why}`);
}
