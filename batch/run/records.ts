import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Shape } from '../../lib/data/artifact/index.js';
import { ArtifactError, RunError } from '../../lib/errors.js';
import { errorText } from '../../lib/util/errorText.js';
import type { Commitment } from '../../lib/util/files/committedFile.js';
import { commitRunFile } from './commit.js';

/** Files of JSON between two steps of a run. Each ends with a checksum of its name and of all its content. */

/**
 * A file's text with its checksum: the last member, SHA-256 of the name and of all that is before it. So a changed bit, and a
 * file that was copied over another, are noticed.
 *
 * @param name of the file, without its folder
 * @param json an object
 */
export function recordText(name: string, json: string): string {
  const content = json.trimEnd().slice(0, -1);
  return `${content},"sha256":"${checksum(name, content)}"}\n`;
}

const SEALED = /,"sha256":"([0-9a-f]{64})"\}\n$/;

function checksum(name: string, content: string): string {
  return createHash('sha256').update(`${name}\n${content}`).digest('hex');
}

/** What to do about a damaged file that the next call writes anew. */
const AGAIN = 'remove it, and run again';

/**
 * What a file of JSON holds.
 *
 * @param remedy what to do where it is damaged
 * @returns undefined where it isn't there
 * @throws RunError `damaged` for a file that isn't as a run wrote it; `unreadable`
 */
export async function readRecord<T>(
  path: string,
  shape: Shape<T>,
  remedy: string = AGAIN,
): Promise<T | undefined> {
  const bytes = await readFile(path).catch((error: unknown) => isGone(error) || unreadableFile(path, error));
  if (bytes === true) return undefined;
  const damaged = (why: string, cause?: unknown) =>
    new RunError('damaged', `'${path}' is damaged (${why}): ${remedy}`, { cause });
  const text = bytes.toString('utf8');
  const seal = SEALED.exec(text);
  if (seal === null)
    throw damaged('it has no checksum: another program or release wrote it, or its end is lost');
  const content = text.slice(0, seal.index);
  // Bytes that aren't UTF-8 are read as other ones.
  if (checksum(basename(path), content) !== seal[1] || Buffer.byteLength(text) !== bytes.length)
    throw damaged('its content isn’t that of its checksum');
  try {
    return shape(JSON.parse(text), 'it');
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof ArtifactError)) throw error;
    throw damaged(error.message, error);
  }
}

/** Commits a file of JSON. @param json an object @throws as `commitRunFile` */
export function commitRecord(folder: string, name: string, json: string): Promise<Commitment> {
  return commitRunFile(folder, name, async (file) => void file.end(recordText(name, json)));
}

/** Whether a file or folder isn't there. */
export function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** @throws RunError `unreadable` */
export function unreadableFile(path: string, error: unknown): never {
  const message = errorText(error);
  throw new RunError('unreadable', `can't read '${path}': ${message}`, { cause: error });
}
