import { type Command, Option } from 'commander';
import type { ColumnType, FormatName } from '../batch/index.js';
import { ENCODINGS, type TextEncoding } from '../lib/data/tables/index.js';
import { typesFrom } from './columnTypes.js';
import type { Common, Io } from './command.js';
import { wholeFrom } from './numbers.js';

/** Options of the commands that answer rows: `score`, `batch run` and `batch certify`. */

/** Which model answers, and what of a row is written. */
export interface ModelFlags extends Common {
  readonly features?: string;
  readonly expect?: string;
  readonly key?: string;
  readonly prefix?: string;
}

/** How rows are answered that each stand for themselves. */
export interface AnswerFlags extends ModelFlags {
  readonly format?: FormatName;
  readonly scores?: boolean;
  readonly errors: 'exit' | 'column';
  readonly onFault: 'throw' | 'degrade';
}

/** How files are read, and cut into units. */
export interface FileFlags {
  readonly out: string;
  readonly shard?: string;
  readonly rows?: number;
  readonly delimiter?: string;
  readonly encoding?: TextEncoding;
  readonly types?: Readonly<Record<string, ColumnType>>;
}

export function addModelOptions(command: Command): Command {
  return command
    .option('--features <module>', 'with the features, where the folder doesn’t hold them')
    .option('--expect <identity>', 'refuse any other model, code, release or engine')
    .option('-k, --key <name>', 'write this column and the answers alone; by default all columns')
    .option('--prefix <text>', 'begins the names of answers, as p_ in p_label');
}

/** Says where nothing tells whether features are what they were, which an expected identity can't know either. */
export function tellUnchecked(
  { err }: Io,
  path: string,
  { isUnchecked }: { readonly isUnchecked: boolean },
  expect: string | undefined,
): void {
  if (!isUnchecked) return;
  const unknown = expect === undefined ? '' : ', and --expect can’t know what their module reads by itself';
  err(
    `spillway: ${path} has no rows to compare features with${unknown}: save it with reference: 'rows', or name such ` +
      "files in the module, as in export const reads = ['words.json']\n",
  );
}

/** @param poison what becomes of a row that can't be answered, unless its error is a column */
export function addAnswerOptions(command: Command, poison: string): Command {
  return addModelOptions(command)
    .option('--scores', 'write scores: a probability a class')
    .addOption(
      new Option('--errors <how>', `a row that can’t be answered ${poison}, or has its error as a column`)
        .choices(['exit', 'column'])
        .default('exit'),
    )
    .addOption(
      new Option(
        '--on-fault <how>',
        'a feature or model that fails ends the work, or the best stage there is answers',
      )
        .choices(['throw', 'degrade'])
        .default('throw'),
    );
}

export function addFileOptions(command: Command): Command {
  return command
    .requiredOption('-o, --out <folder>', 'of the work: all that it writes is below')
    .option('--shard <i/n>', 'do the units i, i + n, … alone; auto reads which from the cluster')
    .option('--rows <number>', 'of a unit, about; 100000 by default', wholeFrom(1))
    .option('--delimiter <character>', 'what separates values of CSV files')
    .addOption(encodingOption('of CSV files and JSON lines'))
    .option(
      '--types <types>',
      'of columns of CSV files, as age=number,left=date; text by default',
      typesFrom,
    );
}

/** @param of what is read */
export function encodingOption(of: string): Option {
  return new Option('--encoding <name>', `${of}; utf-8 by default, as what is written is`).choices(ENCODINGS);
}

/** @param use what is of this format, and when */
export function formatOption(use: string): Option {
  return new Option('-f, --format <name>', use).choices(['arrow', 'jsonl']);
}
