import { availableParallelism } from 'node:os';
import { checkOneOf, checkWhole } from '../../lib/check.js';
import { checkEncoding } from '../../lib/data/tables/index.js';
import { OptionError } from '../../lib/errors.js';
import type { FormatName } from '../formats/index.js';
import type { BatchInput } from '../units/index.js';
import type { OutputOptions } from './plan.js';
import type { Shard } from './shard.js';

export interface BatchRunOptions extends Partial<Omit<OutputOptions, 'format'>> {
  /** A version's folder, as `serve` takes it, or an artifact's file. */
  readonly model: string;
  /** Module with the features. @defaultValue the folder's */
  readonly features?: string | undefined;
  /** The model's identity, as `identityText` writes it. @defaultValue any */
  readonly expect?: string | undefined;
  /** Paths of files, folders or patterns: see `inputsOf`. */
  readonly inputs: readonly string[];
  /** The folder of the run: all that it writes is below. */
  readonly out: string;
  /** Of outputs: Arrow's for inputs with columns. @defaultValue 'arrow' for inputs of Arrow, else 'jsonl' */
  readonly format?: FormatName | undefined;
  /** Processes that answer. @defaultValue as many as cores */
  readonly workers?: number | undefined;
  /** @defaultValue all units */
  readonly shard?: Shard | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: RunProgress) => void) | undefined;
}

/** How far a run is. */
export interface RunProgress {
  readonly step: string;
  /** Of its rows, or of those of its shard. */
  readonly share: number;
  /** Seconds left, about. */
  readonly remaining?: number;
}

/** Rows of a unit, where nothing else is asked for: 1 to 10 seconds of work, and few files (decision 126). */
const ROWS = 100_000;

/** @throws OptionError */
export function outputOptions(options: BatchRunOptions, inputs: readonly BatchInput[]): OutputOptions {
  const { key, prefix, scores = false, errors = 'exit', onFault = 'throw' } = options;
  const { delimiter, types, encoding, rows = ROWS } = options;
  const isArrow = inputs[0].format === 'arrow';
  const { format = isArrow ? 'arrow' : 'jsonl' } = options;
  checkOneOf('format', format, ['arrow', 'jsonl']);
  checkOneOf('errors', errors, ['exit', 'column']);
  checkOneOf('onFault', onFault, ['throw', 'degrade']);
  checkWhole('rows', rows, 1);
  if (format === 'arrow' && inputs[0].format === 'jsonl')
    throw new OptionError('format', 'arrow is for inputs with columns; outputs of jsonl are jsonl');
  const isCsv = inputs[0].format === 'csv';
  for (const [name, value] of [
    ['delimiter', delimiter],
    ['types', types],
  ] as const)
    if (value !== undefined && !isCsv)
      throw new OptionError(name, `is for CSV, and the inputs are ${inputs[0].format}`);
  checkEncoding(encoding);
  if (encoding !== undefined && !isCsv && inputs[0].format !== 'jsonl')
    throw new OptionError('encoding', `is for CSV and JSON lines, and the inputs are ${inputs[0].format}`);
  return {
    ...{ format, key, prefix, scores, errors, onFault, delimiter, rows },
    // What is read alike is one run.
    encoding: encoding === 'utf-8' ? undefined : encoding === 'iso-8859-1' ? 'latin1' : encoding,
    ...(types !== undefined && {
      types: Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1))),
    }),
  };
}

/** @throws OptionError */
export function workersOf({ workers = availableParallelism() }: BatchRunOptions): number {
  checkWhole('workers', workers, 1, 1_024);
  return workers;
}
