import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { syncFolder } from '../../lib/data/artifact/index.js';
import { RunError } from '../../lib/errors.js';
import { errorText } from '../../lib/util/errorText.js';
import { temporaryName } from './temporary.js';

/** What became of a file that was to be committed. */
export interface Commitment {
  /** `first`: it stands. Else another one stood before: with the `same` bytes, or with `different` ones. */
  readonly outcome: 'first' | 'same' | 'different';
  /** SHA-256 of what was written, and of what stands. */
  readonly written: string;
  readonly standing: string;
  /** Of what stands. */
  readonly bytes: number;
}

/**
 * Writes a file that is there whole or not at all, and that no later one replaces: under a temporary name, through to
 * the disk, then under its own by a link, unless a file has that already. When it fails, nothing has changed.
 *
 * @param name within `folder`
 * @param write its content; it may leave the stream open
 * @throws RunError `unwritable`, naming the file; what `write` throws
 * @example
 * await commitFile('out/units', '00ff.json', async (file) => void file.end('{}'));
 */
export async function commitFile(
  folder: string,
  name: string,
  write: (file: Writable) => Promise<void>,
): Promise<Commitment> {
  const path = join(folder, name);
  return beside(path, write, async (temporary, written) => {
    const isFirst = await link(temporary, path).then(
      () => true,
      (error) => (isThere(error) ? false : toDiskError(error)),
    );
    const standing = isFirst ? written : await fileDigest(path).catch(toDiskError);
    const outcome = isFirst ? 'first' : written === standing ? 'same' : 'different';
    return { outcome, written, standing, bytes: (await stat(path).catch(toDiskError)).size };
  });
}

/**
 * Writes a file that replaces another whole, or not at all.
 *
 * @param name within `folder`
 * @throws RunError `unwritable`, naming the file
 */
export async function replaceFile(folder: string, name: string, content: string): Promise<void> {
  const path = join(folder, name);
  await beside(
    path,
    async (file) => void file.end(content),
    (temporary) => rename(temporary, path).catch(toDiskError),
  );
}

/** Writes a file under a temporary name, through to the disk, and then has it named. */
async function beside<T>(
  path: string,
  write: (file: Writable) => Promise<void>,
  give: (temporary: string, digest: string) => Promise<T>,
): Promise<T> {
  const folder = dirname(path);
  const temporary = join(folder, temporaryName(basename(path)));
  try {
    const given = await give(temporary, await writeThrough(temporary, write));
    await syncFolder(folder);
    return given;
  } catch (error) {
    throw error instanceof DiskError ? unwritable(path, error.cause) : error;
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** What the disk says, apart from what a writer throws. */
class DiskError extends Error {}

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

/** @returns the content's SHA-256 */
async function writeThrough(path: string, write: (file: Writable) => Promise<void>): Promise<string> {
  const file = await open(path, 'wx').catch(toDiskError);
  try {
    const hash = createHash('sha256');
    const sink = new Writable({
      highWaterMark: 1 << 20,
      write(chunk: Buffer, _, done) {
        hash.update(chunk);
        writeAll(file, chunk).then(
          () => done(),
          (error) => done(new DiskError('disk', { cause: error })),
        );
      },
    });
    const ended = new Promise<void>((resolve, reject) => sink.once('finish', resolve).once('error', reject));
    // A writer may wait for ever for a stream that has failed.
    await Promise.race([write(sink), ended.then(() => new Promise<never>(() => {}))]);
    if (!sink.writableEnded) sink.end();
    await ended;
    await file.sync().catch(toDiskError);
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

function toDiskError(error: unknown): never {
  throw new DiskError('disk', { cause: error });
}

function isThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}

/** The SHA-256 of a file. @throws the system's error */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}
