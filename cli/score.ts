import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { type Command, Option } from 'commander';
import {
  type FormatName,
  filter,
  identityOf,
  identityText,
  loadBatchModel,
  openReader,
  openWriter,
} from '../batch/index.js';
import { addCommand, type Common, type Io } from './command.js';
import { ABORTED, DONE, TERMINATED } from './exitCodes.js';
import { wholeFrom } from './numbers.js';

interface Options extends Common {
  readonly format: FormatName;
  readonly features?: string;
  readonly key?: string;
  readonly prefix?: string;
  readonly scores?: boolean;
  readonly errors: 'exit' | 'column';
  readonly onFault: 'throw' | 'degrade';
  readonly threads?: number;
  readonly expect?: string;
  readonly identity?: boolean;
}

export function addScore(program: Command, io: Io): void {
  addCommand(
    program,
    io,
    'score <model>',
    'a filter: rows in, the same with answers out',
    'Answers the rows of standard input by the cascade in MODEL, and writes them with their answers to standard ' +
      'output, batch by batch as they come. MODEL is the folder of a version, as serve takes it (model.cascade, ' +
      'features.js), or the file of a cascade.',
    async (options: Options, path: string) => {
      const { features, threads, expect, key, prefix, scores, errors, onFault, format } = options;
      if (options.identity) {
        const { identity, placed } = await identityOf(path, features);
        if (placed !== undefined)
          io.err(`spillway: elsewhere the same files have another identity, since ${placed}\n`);
        const text = JSON.stringify({ ...identity, text: identityText(identity) });
        return { json: JSON.parse(text), text };
      }
      const out = dataOnly();
      const stop = new AbortController();
      process.once('SIGTERM', () => stop.abort());
      const model = await loadBatchModel(path, {
        ...(features !== undefined && { features }),
        ...(threads !== undefined && { threads }),
        ...(expect !== undefined && { expect }),
      });
      if (model.isUnchecked)
        io.err(`spillway: ${path} has no rows to compare features with: save it with reference: 'rows'\n`);
      try {
        const writer = openWriter(format, out, {
          ...(key !== undefined && { key }),
          ...(prefix !== undefined && { prefix }),
          ...(scores !== undefined && { scores }),
          errors: errors === 'column',
          classes: model.classes,
        });
        const {
          rows,
          errors: failed,
          isWhole,
        } = await filter(model, openReader(format, process.stdin), writer, {
          ...(scores !== undefined && { scores }),
          errors,
          onFault,
          stop: stop.signal,
          signal: io.signal,
        });
        if (failed > 0) io.err(`spillway: ${failed} of ${rows} rows have an error\n`);
        return { code: isWhole ? DONE : TERMINATED };
      } catch (error) {
        // As after `| head`: nobody reads on.
        if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return { code: DONE };
        if (io.signal.aborted) return { code: ABORTED };
        throw error;
      } finally {
        process.stdin.destroy();
        await model.close();
      }
    },
  )
    .addOption(
      new Option('-f, --format <name>', 'of rows and answers: Arrow IPC streams, or JSON lines')
        .choices(['arrow', 'jsonl'])
        .default('jsonl'),
    )
    .option('--features <module>', 'with the features, where the folder doesn’t hold them')
    .option('-k, --key <name>', 'write this column and the answers alone; by default all columns')
    .option('--prefix <text>', 'begins the names of answers, as p_ in p_label')
    .option('--scores', 'write scores: a probability a class')
    .addOption(
      new Option('--errors <how>', 'a row that can’t be answered ends the work, or has its error as a column')
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
    )
    .option(
      '-t, --threads <number>',
      'threads that answer; by default none but the one that reads',
      wholeFrom(1),
    )
    .option('--expect <identity>', 'refuse any other model, code, release or engine')
    .option('--identity', 'print the model’s identity, and read nothing')
    .addHelpText(
      'after',
      `
Answers are the columns label, stage (0 the first; the last is the full model) and verdict.

Exit codes: 0 done; 42 a row can't be answered; 43 another model than --expect; 44 rows can't be read;
143 ended by SIGTERM before the end of the rows, after the batch in hand.`,
    );
}

/** Standard output for data alone: what code prints there goes to standard error. */
function dataOnly(): Writable {
  const write: typeof process.stdout.write = process.stdout.write.bind(process.stdout);
  const data = new Writable({ write: (chunk, _, done) => void write(chunk, done) });
  // Whoever waits for a piece is told, too.
  data.on('error', () => {});
  process.stdout.write = process.stderr.write.bind(process.stderr);
  globalThis.console = new Console(process.stderr);
  return data;
}
