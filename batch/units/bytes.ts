import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { unreadable } from '../../lib/data/tables/index.js';
import { TableError } from '../../lib/errors.js';

/** Bytes of a file: from, and up to. */
export type ByteRange = readonly [from: number, to: number];

/** Bytes that are read at once. */
export const PIECE = 1 << 18;

/** Opens a file for as long as `use` takes. @throws TableError, naming the file, for what it throws */
export async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await openInput(path);
  try {
    return await use(file);
  } catch (error) {
    throw unreadable(path, error);
  } finally {
    await file.close();
  }
}

export function openInput(path: string): Promise<FileHandle> {
  return open(path).catch(failedAt(path));
}

/** Rejects with a TableError that names the file. */
export function failedAt(path: string): (error: unknown) => never {
  return (error) => {
    throw unreadable(path, error);
  };
}

/** Bytes of a file. @throws TableError where it ends before */
export async function bytesAt(file: FileHandle, path: string, from: number, to: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(to - from);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
  if (bytesRead === bytes.length) return bytes;
  throw new TableError(
    path,
    undefined,
    undefined,
    `ends after ${from + bytesRead} bytes, and ${to} were expected`,
  );
}

/** Bytes of a file, piece by piece, each in memory of its own. @throws TableError where it ends before `to` */
export async function* piecesOf(
  file: FileHandle,
  path: string,
  from: number,
  to: number,
): AsyncGenerator<Buffer, void, void> {
  for (let at = from; at < to; at += PIECE) yield bytesAt(file, path, at, Math.min(to, at + PIECE));
}

/** The SHA-256 of ranges of a file, one after the other. @throws TableError */
export async function rangesDigest(path: string, ranges: readonly ByteRange[]): Promise<string> {
  return withFile(path, async (file) => {
    const hash = createHash('sha256');
    for (const [from, to] of ranges)
      for await (const piece of piecesOf(file, path, from, to)) hash.update(piece);
    return hash.digest('hex');
  });
}
