import { createHash, type Hash, randomUUID } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, link, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isAlive, processSpace } from '../processSpace.js';

/**
 * Files that are there whole or not at all: a reader, or a machine that loses power, finds the old content or the new,
 * never a mixture. Each is written under a temporary name of the same folder, through to the disk, and then named.
 */

/** What the disk says, its `cause`, apart from what a writer throws. */
export class DiskError extends Error {}

/** Writes a file's content; it may leave the stream open. */
export type WriteContent = (file: Writable) => Promise<void>;

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
 * Writes a file that no later one replaces: it gets its name by a link, unless a file has that already. When it fails,
 * nothing has changed.
 *
 * @throws DiskError, also where the file system has no hard links; what `write` throws
 * @example
 * await commitFile('out/units/00ff.json', async (file) => void file.end('{}'));
 */
export async function commitFile(path: string, write: WriteContent): Promise<Commitment> {
  const hash = createHash('sha256');
  const commit = async (temporary: string): Promise<Commitment> => {
    const written = hash.digest('hex');
    const isFirst = await link(temporary, path).then(
      () => true,
      (error) => (isThere(error) ? false : toDiskError(error)),
    );
    const standing = isFirst ? written : await fileDigest(path).catch(toDiskError);
    const outcome = isFirst ? 'first' : written === standing ? 'same' : 'different';
    return { outcome, written, standing, bytes: (await stat(path).catch(toDiskError)).size };
  };
  return beside(path, write, commit, hash);
}

/**
 * Writes a file that replaces another one. When it fails, the old file is untouched.
 *
 * @param isLatest asked once the content is on the disk: whether it is still to replace. @defaultValue always
 * @throws DiskError; what `write` throws
 */
export async function replaceFile(
  path: string,
  write: WriteContent,
  isLatest: () => boolean = () => true,
): Promise<void> {
  await beside(path, write, async (temporary) => {
    try {
      // At once: nothing newer is written between the question and the answer.
      if (isLatest()) renameSync(temporary, path);
    } catch (error) {
      toDiskError(error);
    }
  });
}

/** The same before it returns. @throws the system's error */
export function replaceFileNow(path: string, bytes: Uint8Array): void {
  const temporary = join(dirname(path), temporaryName());
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeFileSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The SHA-256 of a file. @throws the system's error */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

const TEMPORARY = /^\.spillway-([0-9a-f]{8})-(\d+)-[0-9a-f-]{36}\.tmp$/;
/** Milliseconds without a write after which a temporary file of processes that can't be asked for is left behind. */
const OLD = 3_600_000;

/** A name that no other file has, and that tells whose it is. */
export function temporaryName(): string {
  return `.spillway-${processSpace()}-${process.pid}-${randomUUID()}.tmp`;
}

/** Removes temporary files whose process has ended, and those of other machines and containers that are an hour old. */
export async function removeTemporary(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, of, pid] = TEMPORARY.exec(name) ?? [];
    if (of === undefined) continue;
    const path = join(folder, name);
    const isLeft = of === processSpace() ? !isAlive(Number(pid)) : await isOld(path);
    if (isLeft) await rm(path, { force: true });
  }
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > OLD;
}

/**
 * Writes a file under a temporary name, through to the disk, and then has it named.
 *
 * @param hash is given all that is written
 */
async function beside<T>(
  path: string,
  write: WriteContent,
  give: (temporary: string) => Promise<T>,
  hash?: Hash,
): Promise<T> {
  const folder = dirname(path);
  const temporary = join(folder, temporaryName());
  try {
    await writeThrough(temporary, write, hash);
    const given = await give(temporary);
    await syncFolder(folder);
    return given;
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function writeThrough(path: string, write: WriteContent, hash: Hash | undefined): Promise<void> {
  const file = await open(path, 'wx').catch(toDiskError);
  try {
    const sink = new Writable({
      highWaterMark: 1 << 20,
      write(chunk: Buffer, _, done) {
        hash?.update(chunk);
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
  } finally {
    await file.close().catch(toDiskError);
  }
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

/** Makes the name itself last. Not every system can open a folder, and the file is whole either way. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {}
}

function toDiskError(error: unknown): never {
  throw new DiskError('disk', { cause: error });
}

function isThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
