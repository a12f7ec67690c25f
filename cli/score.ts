import { Console } from 'node:console';
import { createReadStream, fstatSync } from 'node:fs';
import { type Readable, Writable } from 'node:stream';
import type { Command } from 'commander';
import { RETRAINED } from '#hints';
import {
  type FormatName,
  filter,
  identityOf,
  identityText,
  loadBatchModel,
  openReader,
  openWriter,
} from '../batch/index.js';
import type { TextEncoding } from '../lib/data/tables/index.js';
import { InputError, OptionError } from '../lib/errors.js';
import {
  type AnswerFlags,
  addAnswerOptions,
  encodingOption,
  formatOption,
  tellUnchecked,
} from './batchOptions.js';
import { addCommand, type Io } from './command.js';
import { ABORTED, DONE, TERMINATED } from './exitCodes.js';
import { wholeFrom } from './numbers.js';

interface Options extends AnswerFlags {
  readonly format: FormatName;
  readonly encoding?: TextEncoding;
  readonly threads?: number;
  readonly identity?: boolean;
}

export function addScore(program: Command, io: Io): void {
  const score = addCommand(
    program,
    io,
    'score <model>',
    'a filter: rows in, the same with answers out',
    'Answers the rows of standard input by the cascade in MODEL, and writes them with their answers to standard ' +
      'output, batch by batch as they come. MODEL is the folder of a version, as serve takes it (model.cascade, ' +
      'features.js), or the file of a cascade.',
    async (options: Options, path: string) => {
      const { features, threads, expect, key, prefix, scores, errors, onFault, format, encoding } = options;
      if (options.identity) {
        const { identity, placed } = await identityOf(path, features);
        if (placed !== undefined)
          io.err(`spillway: elsewhere the same files have another identity, since ${placed}\n`);
        const text = identityText(identity);
        return { json: { ...identity, text }, text };
      }
      if (fstatSync(process.stdin.fd).isDirectory())
        throw new InputError('standard input', 'is a folder: give the rows of a file');
      if (format === 'arrow' && encoding !== undefined)
        throw new OptionError('--encoding', "is for JSON lines: Arrow's texts are UTF-8");
      const out = dataOnly();
      const rowsIn = standardInput();
      const stop = new AbortController();
      process.once('SIGTERM', () => stop.abort());
      const model = await loadBatchModel(path, {
        ...(features !== undefined && { features }),
        ...(threads !== undefined && { threads }),
        ...(expect !== undefined && { expect }),
      });
      tellUnchecked(io, path, model, expect);
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
        } = await filter(model, openReader(format, rowsIn, { encoding }), writer, {
          ...(scores !== undefined && { scores }),
          errors,
          onFault,
          stop: stop.signal,
          signal: io.signal,
        });
        if (failed > 0) io.err(`spillway: ${failed} of ${rows} rows have an error\n`);
        return { code: isWhole ? DONE : TERMINATED };
      } catch (error) {
        if (io.signal.aborted) return { code: ABORTED };
        throw error;
      } finally {
        rowsIn.destroy();
        await model.close();
      }
    },
  );
  addAnswerOptions(score, 'ends the work')
    .addOption(formatOption('of rows and answers: Arrow IPC streams, or JSON lines').default('jsonl'))
    .addOption(encodingOption('of rows, where they are JSON lines'))
    .option(
      '-t, --threads <number>',
      'threads that answer; by default none but the one that reads',
      wholeFrom(1),
    )
    .option('--identity', 'print what --expect takes, and read nothing; its parts with --json')
    .addHelpText(
      'after',
      `
Answers are the columns label, stage (0 the first; the last is the full model) and verdict.

Exit codes: 0 done; 42 a row can't be answered; 43 another model than expected${RETRAINED};
44 rows can't be read; 141 nobody reads the answers any more; 143 ended by SIGTERM before the end of the rows, after the batch in hand.`,
    );
}

/** Octets that are read of a file at a time: Node's 64 KiB take as long to ask for as to read. */
const READ = 2 ** 20;

function standardInput(): Readable {
  return fstatSync(0).isFile()
    ? createReadStream('', { fd: 0, autoClose: false, highWaterMark: READ })
    : process.stdin;
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
