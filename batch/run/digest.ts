import { createHash } from 'node:crypto';
import { show } from '../../lib/check.js';
import { exactValue, isTime } from '../../lib/data/columns/index.js';
import { OptionError, RunError, TableError } from '../../lib/errors.js';
import { fileDigest } from '../../lib/util/files/committedFile.js';
import { type BatchInput, inputsOf, ParquetFiles, readUnit, unitsIn } from '../units/index.js';
import { readPlan } from './plan.js';
import { mergedRun } from './status.js';
import { RunFolder } from './store.js';

/** What answers are, whatever their order, and whoever wrote them. */
export interface OutputDigest {
  readonly rows: number;
  /** 64 hexadecimal digits: the sum of the rows' SHA-256 modulo 2^256. */
  readonly digest: string;
  /** Units of runs that are missing or set aside: their rows are left out. */
  readonly left: number;
}

export interface DigestOptions {
  /** The column that identifies a row. @defaultValue the one beside the answers */
  readonly key?: string | undefined;
  /** Begins the names of answers. @defaultValue '' */
  readonly prefix?: string | undefined;
}

/**
 * One digest of (key, label, stage, verdict) over all rows of outputs: the folders of runs, and files or folders as
 * engines write them. Outputs with the same rows have the same digest; a row more, less or twice gives another.
 *
 * @throws OptionError where no column is the key; TableError for a row without answers
 * @example
 * (await outputDigest(['out/local'])).digest === (await outputDigest(['out/spark'])).digest;
 */
export async function outputDigest(
  outputs: readonly string[],
  { key, prefix = '' }: DigestOptions = {},
): Promise<OutputDigest> {
  const sum = new DigestSum();
  const runs: string[] = [];
  const files: string[] = [];
  let left = 0;
  for (const path of outputs) ((await readPlan(path)) === undefined ? files : runs).push(path);
  if (runs.length > 0) {
    const { plan, manifest } = await mergedRun(runs);
    const { format, ...own } = plan.options;
    left = plan.units.length - manifest.units.length;
    for (const unit of manifest.units) {
      // What is committed alone, wherever it is.
      const path = await outputOf(runs, unit.key, format);
      await addInput((await inputsOf([path]))[0], sum, { key: key ?? own.key, prefix: own.prefix ?? prefix });
    }
  }
  if (files.length > 0)
    for (const input of await inputsOf(files)) await addInput(input, sum, { key, prefix });
  return { rows: sum.rows, digest: sum.text, left };
}

async function outputOf(folders: readonly string[], key: string, format: 'arrow' | 'jsonl'): Promise<string> {
  for (const folder of folders.map((path) => new RunFolder(path))) {
    const unit = await folder.committed(key, format);
    if (unit === undefined) continue;
    const path = folder.outputPath(key, format);
    if ((await fileDigest(path)) === unit.digest) return path;
    throw new RunError('damaged', `'${path}' isn't what was committed: remove it, and run again`);
  }
  throw new OptionError('OUTPUT', `the output of unit ${key} is gone`);
}

async function addInput(
  input: BatchInput,
  sum: DigestSum,
  { key, prefix = '' }: DigestOptions,
): Promise<void> {
  const [label, stage, verdict] = ['label', 'stage', 'verdict'].map((name) => `${prefix}${name}`);
  const answers = new Set(['label', 'stage', 'verdict', 'scores', 'error'].map((name) => `${prefix}${name}`));
  const files = new ParquetFiles();
  let name = key;
  for (const unit of await unitsIn([input], { purpose: '' }))
    for await (const { rows, from } of readUnit(unit, {}, files))
      for (const [i, row] of rows.entries()) {
        name ??= keyOf(row, answers, input.path);
        const values = [name, label, stage, verdict].map((column) => {
          const value = exactValue(row, column);
          if (value === undefined) throw new TableError(input.path, column, from + i, `isn't there`);
          return textOf(value);
        });
        sum.add(JSON.stringify(values));
      }
}

function keyOf(row: object, answers: ReadonlySet<string>, path: string): string {
  const others: string[] = [];
  for (const name in row) if (!answers.has(name)) others.push(name);
  if (others.length === 1) return others[0];
  const what = others.length === 0 ? 'no column beside its answers' : `the columns ${others.join(', ')}`;
  throw new OptionError('--key', `${path} has ${what}: name the one that identifies a row`);
}

/** Formats and engines write 1, 1.0 and 1n for the same number. */
function textOf(value: unknown): string | null {
  if (value === null || (typeof value === 'number' && Number.isNaN(value))) return null;
  if (isTime(value)) return value.toJSON();
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  if (typeof value === 'string') return value;
  throw new OptionError('OUTPUT', `expected a text or a number, got ${show(value)}`);
}

/** Additions after which words may be larger than a number holds exactly, 2^53. */
const CARRY = 1 << 20;

/** A sum of SHA-256 modulo 2^256: the same for the same rows in any order. */
export class DigestSum {
  rows = 0;
  /** Of 32 bits each, the least first. */
  private readonly words = new Float64Array(8);

  add(row: string): void {
    const hash = createHash('sha256').update(row).digest();
    for (let i = 0; i < 8; i++) this.words[i] += hash.readUInt32LE(4 * i);
    if (++this.rows % CARRY === 0) this.carry();
  }

  get text(): string {
    this.carry();
    return Array.from(this.words, (word) => word.toString(16).padStart(8, '0'))
      .reverse()
      .join('');
  }

  private carry(): void {
    let more = 0;
    for (let i = 0; i < 8; i++) {
      const word = this.words[i] + more;
      more = Math.floor(word / 2 ** 32);
      this.words[i] = word - more * 2 ** 32;
    }
  }
}
