import { randomUUID } from 'node:crypto';
import { renameSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { show } from '../../check.js';
import { ArtifactError, OptionError } from '../../errors.js';
import { errorText } from '../../util/errorText.js';
import { insteadOfContent } from '../../util/looks.js';
import type { State } from '../../util/state.js';
import { decode, encode } from './codec.js';

/**
 * Saves a state as one file, which replaces an existing one whole or not at all.
 *
 * @throws ArtifactError `unsavable`, naming the path.
 */
export async function writeArtifact(path: string, state: State): Promise<void> {
  checkPath(path);
  await writeAtomically(
    path,
    attempt(path, () => encode(state)),
  );
}

/**
 * Loads the state that `writeArtifact` saved.
 *
 * @throws ArtifactError naming the path: `unreadable`, `damaged`, `version` or `foreign`.
 */
export async function readArtifact(path: string): Promise<State> {
  checkPath(path);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const isFolder = cause instanceof Error && 'code' in cause && cause.code === 'EISDIR';
    const why = isFolder
      ? 'it is a folder. Pass the file in it that save() wrote'
      : `${errorText(cause)}. Check the path and its rights`;
    throw new ArtifactError('unreadable', `can't read '${path}': ${why}`, { cause });
  }
  return attempt(path, () => decode(bytes));
}

function checkPath(path: unknown): void {
  const content = typeof path === 'string' ? insteadOfContent(path) : '';
  if (typeof path === 'string' && path !== '' && content === '') return;
  throw new OptionError('path', `expected the path of a file, got ${content || show(path)}`);
}

/**
 * Writes a file so that a reader, or a machine that loses power, finds the old contents or the new, never a mixture:
 * into a temporary file of the same folder, through to the disk, then renamed. When it fails, the old file is
 * untouched and the temporary one is gone.
 *
 * @throws ArtifactError `unsavable`, naming the path.
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  isLatest: () => boolean = () => true,
): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.spillway-${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    // At once: nothing newer is written between the question and the answer.
    if (isLatest()) renameSync(temporary, path);
    else await rm(temporary);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new ArtifactError(
      'unsavable',
      `can't write '${path}': ${errorText(cause)}. Check that its folder exists, can be written to and has room; ` +
        'nothing was changed',
      { cause },
    );
  }
  await syncFolder(folder);
}

/** Makes the rename itself last. Not every system can open a folder, and the file is whole either way. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {}
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    throw new ArtifactError(error.reason, `'${path}': ${error.message}`, { cause: error });
  }
}
