import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { OptionError, TableError } from '../../lib/errors.js';
import { startOfFile } from '../../lib/util/lookAt.js';
import { looksLike } from '../../lib/util/looks.js';
import { stampOf } from '../../lib/util/stamp.js';
import { bytesAt, failedAt, withFile } from './bytes.js';
import { type BatchInput, digestOf, type InputFormat } from './unit.js';

const ENDINGS: readonly (readonly [RegExp, InputFormat])[] = [
  [/\.parquet$/i, 'parquet'],
  [/\.(arrow|arrows|feather|ipc)$/i, 'arrow'],
  [/\.(jsonl|ndjson|json)$/i, 'jsonl'],
  [/\.(csv|tsv)$/i, 'csv'],
];

/**
 * Files with rows, in the order of their names. Each is opened, and read at both ends: up to 128 KB, but for footers of
 * Parquet that are longer.
 *
 * @param paths of files; of folders, whose files are meant but for hidden ones and such as `_SUCCESS`; or patterns
 * with `*` in their last part, unless a file has that name
 * @throws OptionError for no file at all, a file named twice, and files of several formats; TableError for a file that
 * can't be read, or of no format that is, for what is no regular file, and for a link in a folder that leads out of it
 */
export async function inputsOf(paths: readonly string[]): Promise<BatchInput[]> {
  const files = (await Promise.all(paths.map((path) => filesAt(path)))).flat().map((path) => resolve(path));
  if (files.length === 0) throw new OptionError('INPUT', `there is no file in ${paths.join(', ')}`);
  files.sort();
  const twice = files.find((path, i) => path === files[i - 1]);
  if (twice !== undefined) throw new OptionError('INPUT', `${twice} is named twice`);
  const root = commonFolder(files);
  const inputs: BatchInput[] = [];
  for (const path of files) inputs.push(await inputOf(path, relative(root, path).split(sep).join('/')));
  const other = inputs.find(({ format }) => format !== inputs[0].format);
  if (other !== undefined)
    throw new OptionError(
      'INPUT',
      `expected files of one format, and ${inputs[0].path} is ${inputs[0].format}, ${other.path} ${other.format}`,
    );
  return inputs.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function inputOf(path: string, name: string): Promise<BatchInput> {
  // Of a pipe or a device nobody knows the size, and it is read once.
  if (!(await stat(path).catch(failedAt(path))).isFile())
    throw new TableError(path, undefined, undefined, 'is no regular file: copy its content to one first');
  const format = await formatOf(path);
  const stamp = await inputStamp(path);
  const { size, content } = await inputIdentity(path, format);
  return {
    path,
    name,
    format,
    size,
    identity: digestOf(JSON.stringify([name, format, size, content])),
    stamp,
  };
}

/** What changes when an input is written to or replaced. @throws TableError */
export function inputStamp(path: string): Promise<string> {
  return stampOf(path).catch(failedAt(path));
}

/** Bytes at each end of a file that tell its content apart. */
const ENDS = 1 << 16;

/**
 * What tells a file's content apart without reading all of it: its size, and a digest of both ends, which hold the
 * whole footer of a Parquet file.
 */
async function inputIdentity(path: string, format: InputFormat): Promise<{ size: number; content: string }> {
  return withFile(path, async (file) => {
    const { size } = await file.stat();
    let end = Math.min(size, ENDS);
    if (format === 'parquet' && size >= 12)
      end = Math.min(size, Math.max(end, 8 + (await bytesAt(file, path, size - 8, size)).readUInt32LE(0)));
    const first = await bytesAt(file, path, 0, Math.min(size, ENDS));
    return { size, content: digestOf(Buffer.concat([first, await bytesAt(file, path, size - end, size)])) };
  });
}

async function filesAt(path: string): Promise<string[]> {
  const pattern = basename(path);
  const there = await stat(path).catch((error: unknown) =>
    pattern.includes('*') ? undefined : failedAt(path)(error),
  );
  if (there === undefined) {
    const parts = pattern.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'));
    const folder = dirname(path);
    const matching = new RegExp(`^${parts.join('.*')}$`, 's');
    const found = await filesIn(folder, folder, ({ name }) => matching.test(name));
    if (found.length === 0) throw new OptionError('INPUT', `no file is called ${path}`);
    return found;
  }
  return there.isDirectory() ? filesIn(path, path) : [path];
}

/** @param root the folder that was named, which `folder` is in */
async function filesIn(
  folder: string,
  root: string,
  isWanted: (entry: Dirent) => boolean = () => true,
): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(failedAt(folder));
  const files = entries
    .filter((entry) => !isHidden(entry.name) && isWanted(entry))
    .map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesIn(path, root);
      if (entry.isSymbolicLink()) await checkLink(path, root);
      return [path];
    });
  return (await Promise.all(files)).flat();
}

/** Who may write to a folder could else have any file read. @throws TableError, naming the link */
async function checkLink(path: string, root: string): Promise<void> {
  const [target, within] = await Promise.all(
    [path, root].map((each) => realpath(each).catch(failedAt(path))),
  );
  if (isWithin(within, target)) return;
  const why = `is a link to ${target}, which is outside ${root}: name that file as an input instead`;
  throw new TableError(path, undefined, undefined, why);
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Of a folder that engines wrote: markers, checksums, and files that are being written. */
function isHidden(name: string): boolean {
  return name.startsWith('.') || name.startsWith('_');
}

async function formatOf(path: string): Promise<InputFormat> {
  const named = ENDINGS.find(([ending]) => ending.test(path));
  if (named) return named[1];
  const start = await startOfFile(path);
  const bytes = start === undefined || start === 'folder' ? Buffer.alloc(0) : Buffer.from(start);
  const magic = bytes.toString('latin1', 0, 6);
  if (magic.startsWith('PAR1')) return 'parquet';
  if (magic === 'ARROW1' || magic.startsWith('\xff\xff\xff\xff')) return 'arrow';
  if (/^\s*\{/.test(bytes.toString('latin1', 0, 100))) return 'jsonl';
  throw new TableError(
    path,
    undefined,
    undefined,
    `is called neither .parquet, .arrow, .jsonl nor .csv${looksLike(bytes)}; name files of these formats`,
  );
}

function commonFolder(files: readonly string[]): string {
  let common = dirname(files[0]);
  for (const file of files)
    while (!isWithin(common, file) && dirname(common) !== common) common = dirname(common);
  return common;
}
