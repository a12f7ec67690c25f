import { readFile } from 'node:fs/promises';
import { show } from '../../check.js';
import { ArtifactError, OptionError } from '../../errors.js';
import { errorText } from '../../util/errorText.js';
import { DiskError, replaceFile } from '../../util/files/committedFile.js';
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
 * Replaces a file, whole or not at all.
 *
 * @param isLatest asked at last: whether it is still to replace. @defaultValue always
 * @throws ArtifactError `unsavable`, naming the path.
 */
export async function writeAtomically(
  path: string,
  bytes: Uint8Array,
  isLatest?: () => boolean,
): Promise<void> {
  try {
    await replaceFile(path, async (file) => void file.end(bytes), isLatest);
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    const { cause } = error;
    throw new ArtifactError(
      'unsavable',
      `can't write '${path}': ${errorText(cause)}. Check that its folder exists, can be written to and has room; ` +
        'nothing was changed',
      { cause },
    );
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    throw new ArtifactError(error.reason, `'${path}': ${error.message}`, { cause: error });
  }
}
