import type { FileHandle } from 'node:fs/promises';
import { RunError } from '../../lib/errors.js';
import { type ByteRange, bytesAt } from './bytes.js';
import { digestOf, type Unit } from './unit.js';

/** Bytes on each side of a unit's beginning, and before its end, that tell whether it is where it was. */
const EDGE = 1 << 12;

/** What planning keeps of a unit's bytes. @throws TableError where the file ends before */
export async function edgesDigest(file: FileHandle, path: string, [from, to]: ByteRange): Promise<string> {
  // What is before it tells whether a row begins there.
  const first = await bytesAt(file, path, Math.max(0, from - EDGE), Math.min(to, from + EDGE));
  const last = await bytesAt(file, path, Math.max(from, to - EDGE), to);
  return digestOf(Buffer.concat([first, last])).slice(0, 32);
}

/**
 * Ranges of bytes that were planned for one content cut rows of another in two.
 *
 * @param bounds of the unit's bytes now
 * @throws RunError `changed`, naming the file
 */
export async function checkEdges(file: FileHandle, { input, edges }: Unit, bounds: ByteRange): Promise<void> {
  const { path } = input;
  if ((await edgesDigest(file, path, bounds)) === edges) return;
  throw new RunError(
    'changed',
    `${path} was changed since its rows were divided into units: bring it back as it was, or name another folder by --out`,
  );
}
