import { stat } from 'node:fs/promises';

/** What changes when a file is written to or replaced. @throws the system's error */
export async function stampOf(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return [ino, size, mtimeNs, ctimeNs].join('-');
}
