import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sealedBytes, sealOf } from '../../lib/data/artifact/index.js';
import { OptionError } from '../../lib/errors.js';
import { VERSION_PATTERN } from './settings.js';

/** Names that a model's folder gives to its files. */
export const CASCADE = 'model.cascade';
export const FEATURES = 'features.js';
/** The other name is for folders whose `package.json` says that `.js` is CommonJS. */
export const FEATURES_NAMES: readonly string[] = [FEATURES, 'features.mjs'];
export const SETTINGS = 'model.json';

/** The folders of models, by name: those that hold a version, or settings. */
export async function modelsIn(directory: string): Promise<readonly string[]> {
  const names = await foldersIn(directory);
  const found = await Promise.all(
    names.map(async (name) => {
      const folder = join(directory, name);
      try {
        return (await versionsIn(folder)).length > 0 || (await isFile(join(folder, SETTINGS)));
      } catch {
        // Reading it as a model says why it can't be read: the others' folders have no part in it.
        return true;
      }
    }),
  );
  return names.filter((_, i) => found[i]).sort();
}

/** The versions of a model: its folders whose names are digits, without leading zeros; none if it is gone. */
export async function versionsIn(folder: string): Promise<readonly string[]> {
  try {
    return (await foldersIn(folder)).filter((name) => VERSION_PATTERN.test(name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Folders, and links to folders. Hidden ones belong to whoever writes the files. */
async function foldersIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      if (entry.name.startsWith('.')) return [];
      const isFolder =
        entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(join(directory, entry.name))));
      return isFolder ? [entry.name] : [];
    }),
  );
  return found.flat();
}

/** Whether a link may be one to a folder: of one that can't be followed, reading the folder says why. */
async function leadsToFolder(path: string): Promise<boolean> {
  try {
    return (await statOf(path))?.isDirectory() ?? false;
  } catch {
    return true;
  }
}

/** The text of a file; undefined if there is none. */
export async function fileText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** A file as it was found. */
export interface FoundFile {
  /** Below the folder, with `/`. */
  readonly path: string;
  readonly octets: number;
  /**
   * SHA-256 of the content. An artifact's is the one that it gives for itself: whoever loads the file checks it, so it
   * isn't read twice.
   */
  readonly digest: string;
}

/** The content of a folder at one moment. */
export interface Snapshot {
  readonly files: readonly FoundFile[];
  /** Of all names and contents. */
  readonly digest: string;
  /** Changes whenever a file is written, even with the same content. */
  readonly stamp: string;
}

/** The most files of a version: more suggest that something else was put there. */
const MOST_FILES = 10_000;
const DEEPEST = 16;

/** Reads folders, and again only the files that were written since. */
export class Snapshots {
  /** Digests by path; each with the stamp that the file had. */
  private readonly known = new Map<string, { readonly stamp: string; readonly digest: string }>();

  /**
   * @param folder a version's: all its files count, save hidden ones and those below `node_modules`
   * @throws OptionError for more than 10,000 files
   */
  async of(folder: string): Promise<Snapshot> {
    const paths = (await filesIn(folder, '', 0, [])).sort();
    const files: FoundFile[] = [];
    const stamps: string[] = [];
    for (const path of paths) {
      const found = await this.file(join(folder, path), path === CASCADE);
      // It was removed meanwhile.
      if (found === undefined) continue;
      files.push({ path, octets: found.octets, digest: found.digest });
      stamps.push(`${path}\0${found.stamp}`);
    }
    return {
      files,
      digest: digestOf(files.map(({ path, octets, digest }) => `${path}\0${octets}\0${digest}`)),
      stamp: digestOf(stamps),
    };
  }

  /** Forgets files of folders that aren't among these. */
  keep(folders: readonly string[]): void {
    for (const path of this.known.keys())
      if (!folders.some((folder) => path.startsWith(join(folder, '/')))) this.known.delete(path);
  }

  private async file(path: string, isArtifact: boolean) {
    const before = await statOf(path);
    if (!before?.isFile()) return undefined;
    const stamp = stampOf(before);
    const octets = Number(before.size);
    const known = this.known.get(path);
    if (known?.stamp === stamp) return { octets, stamp, digest: known.digest };
    try {
      const digest = (isArtifact ? await statedDigest(path) : undefined) ?? (await contentDigest(path));
      // A write between the two would be remembered under the older stamp, which no later one equals.
      this.known.set(path, { stamp, digest });
      return { octets, stamp, digest };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

async function filesIn(root: string, below: string, depth: number, found: string[]): Promise<string[]> {
  if (depth > DEEPEST) throw new OptionError('directory', `${root} nests folders deeper than ${DEEPEST}`);
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    const isFolder =
      entry.isDirectory() ||
      (entry.isSymbolicLink() && ((await statOf(join(root, path)))?.isDirectory() ?? false));
    if (isFolder) await filesIn(root, path, depth + 1, found);
    else found.push(path);
    if (found.length > MOST_FILES)
      throw new OptionError('directory', `${root} holds more than ${MOST_FILES} files`);
  }
  return found;
}

async function statOf(path: string) {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await statOf(path))?.isFile() ?? false;
}

function stampOf({
  dev,
  ino,
  size,
  mtimeNs,
  ctimeNs,
}: Record<'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs', bigint>) {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

/** The digest that an artifact gives for itself; undefined for another file. */
async function statedDigest(path: string): Promise<string | undefined> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sealedBytes), 0, sealedBytes, 0);
    return sealOf(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

async function contentDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest('hex');
}

function digestOf(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
