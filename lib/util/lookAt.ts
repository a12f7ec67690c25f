import { open, stat } from 'node:fs/promises';
import { LOOKED_AT, looksLike } from './looks.js';

/** What a path leads to, for errors: `: it looks like a PNG image`, or that it is a folder; '' where nothing tells. */
export async function lookAt(path: string): Promise<string> {
  try {
    if ((await stat(path)).isDirectory()) return ': it is a folder; pass the file in it';
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(LOOKED_AT), position: 0 });
      return looksLike(buffer.subarray(0, bytesRead));
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
