import { join } from 'node:path';
import { RunError } from '../../lib/errors.js';
import { errorText } from '../../lib/util/errorText.js';
import * as files from '../../lib/util/files/committedFile.js';

/**
 * Writes a file of a run that no later one replaces.
 *
 * @param name within `folder`
 * @throws RunError `unwritable`, naming the file; what `write` throws
 */
export function commitRunFile(
  folder: string,
  name: string,
  write: files.WriteContent,
): Promise<files.Commitment> {
  const path = join(folder, name);
  return files.commitFile(path, write).catch((error) => refused(path, error));
}

/**
 * Writes a file of a run that replaces another.
 *
 * @param name within `folder`
 * @throws RunError `unwritable`, naming the file
 */
export function replaceRunFile(folder: string, name: string, content: string): Promise<void> {
  const path = join(folder, name);
  return files
    .replaceFile(path, async (file) => void file.end(content))
    .catch((error) => refused(path, error));
}

function refused(path: string, error: unknown): never {
  throw error instanceof files.DiskError ? unwritable(path, error.cause) : error;
}

/** @param error of the system */
export function unwritable(path: string, error: unknown): RunError {
  const message = errorText(error);
  return new RunError(
    'unwritable',
    `can't write '${path}': ${message}. Its folder must be one that can be written to, with room, on a file system ` +
      'that has hard links: see to that, or name another by --out, and run again. What is committed stands',
    { cause: error },
  );
}
