import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { OptionError, TableError } from '../../lib/errors.js';
import { startOfFile } from '../../lib/util/lookAt.js';
import { looksLike } from '../../lib/util/looks.js';
import { bytesAt, withFile } from './bytes.js';
import { type BatchInput, digestOf, type InputFormat } from './unit.js';

const ENDINGS: readonly (readonly [RegExp, InputFormat])[] = [
  [/\.parquet$/i, 'parquet'],
  [/\.(arrow|arrows|feather|ipc)$/i, 'arrow'],
  [/\.(jsonl|ndjson|json)$/i, 'jsonl'],
  [/\.(csv|tsv)$/i, 'csv'],
];

/**
 * Files with rows, in the order of their names.
 *
 * @param paths of files; of folders, whose files are meant but for hidden ones and such as `_SUCCESS`; or patterns
 * with `*` in their last part
 * @throws OptionError for no file at all, a file named twice, and files of several formats; TableError for a file that
 * can't be read, or of no format that is
 */
export async function inputsOf(paths: readonly string[]): Promise<BatchInput[]> {
  const files = (await Promise.all(paths.map((path) => filesAt(path)))).flat().map((path) => resolve(path));
  if (files.length === 0) throw new OptionError('INPUT', `there is no file in ${paths.join(', ')}`);
  const twice = files.find((path, i) => files.indexOf(path) !== i);
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
  const format = await formatOf(path);
  const stamp = await stampOf(path);
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

/** What changes when a file is written to or replaced. @throws TableError */
export async function stampOf(path: string): Promise<string> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true }).catch(failed(path));
  return [size, mtimeNs, ino].join('-');
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
  if (pattern.includes('*')) {
    const parts = pattern.split('*').map((part) => part.replace(/[^\w]/g, '\\$&'));
    const names = await readdir(dirname(path)).catch(failed(dirname(path)));
    const matching = names.filter(
      (name) => !isHidden(name) && new RegExp(`^${parts.join('.*')}$`, 's').test(name),
    );
    if (matching.length === 0) throw new OptionError('INPUT', `no file is called ${path}`);
    return (await Promise.all(matching.map((name) => filesAt(join(dirname(path), name))))).flat();
  }
  if (!(await stat(path).catch(failed(path))).isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true }).catch(failed(path));
  const inside = entries
    .filter(({ name }) => !isHidden(name))
    .map((entry) => (entry.isDirectory() ? filesAt(join(path, entry.name)) : [join(path, entry.name)]));
  return (await Promise.all(inside)).flat();
}

/** Of a folder that engines wrote: markers, checksums, and files that are being written. */
function isHidden(name: string): boolean {
  return name.startsWith('.') || name.startsWith('_');
}

function failed(path: string): (error: Error) => never {
  return (error) => {
    throw new TableError(path, undefined, undefined, `can't be read: ${error.message}`, { cause: error });
  };
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
    while (relative(common, file).startsWith('..') && dirname(common) !== common) common = dirname(common);
  return common;
}
