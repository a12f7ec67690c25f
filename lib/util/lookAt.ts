import { open } from 'node:fs/promises';
import { LOOKED_AT, looksLike } from './looks.js';

/** What a path leads to, for errors: `: it looks like a PNG image`, or that it is a folder; '' where nothing tells. */
export async function lookAt(path: string): Promise<string> {
  const start = await startOfFile(path);
  if (start === 'folder') return ': it is a folder; pass the file in it';
  return start === undefined ? '' : looksLike(start);
}

/** The first bytes of a file; undefined where it can't be read. */
export async function startOfFile(path: string): Promise<Uint8Array | 'folder' | undefined> {
  try {
    const file = await open(path);
    try {
      if ((await file.stat()).isDirectory()) return 'folder';
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(LOOKED_AT), position: 0 });
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
