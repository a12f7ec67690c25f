import type { Command } from 'commander';
import { RETRAINED } from '#hints';
import {
  type BatchRunOptions,
  certifiedPlanIn,
  type FailedUnit,
  forecastRun,
  forgetFailed,
  outputDigest,
  type RunStatus,
  runBatch,
  runStatus,
  shardOf,
  verifyRun,
} from '../batch/index.js';
import { duration } from '../lib/report/index.js';
import {
  type AnswerFlags,
  addAnswerOptions,
  addFileOptions,
  type FileFlags,
  formatOption,
  tellUnchecked,
} from './batchOptions.js';
import { addCertifyBatch, promiseLines } from './certifyBatch.js';
import { addCommand, type Common, type Io, type Result } from './command.js';
import { ABORTED, BAD_INPUT, DONE, FAILED, INCOMPLETE, POISON, TERMINATED } from './exitCodes.js';
import { wholeFrom } from './numbers.js';
import { progressOf } from './progress.js';

interface RunFlags extends AnswerFlags, FileFlags {
  readonly workers?: number;
  readonly dryRun?: boolean;
}

interface DigestFlags extends Common {
  readonly key?: string;
  readonly prefix?: string;
}

interface VerifyFlags extends Common {
  readonly inputs?: readonly string[];
}

/** Work over files, in parts that are committed once. */
export function addBatch(program: Command, io: Io): void {
  const batch = program
    .command('batch')
    .summary('files answered by worker processes, each part once')
    .description(
      'Answers the rows of files in units that are committed once, here or by the shards of a cluster.',
    );
  addRun(batch, io);
  addCertifyBatch(batch, io);
  addStatus(batch, io);
  addVerify(batch, io);
  addRetry(batch, io);
  addDigest(batch, io);
}

function addRun(batch: Command, io: Io): void {
  const run = addCommand(
    batch,
    io,
    'run <model> <inputs...>',
    'answer the rows of files; again: what is missing',
    'Answers the rows of INPUTS (Parquet, Arrow, JSON lines or CSV; files, folders or patterns) by the cascade in ' +
      'MODEL, and writes a file a unit to DIR/units. Run again, it goes on where it was ended.',
    async (flags: RunFlags, model: string, inputs: readonly string[]) => {
      const { out, shard, dryRun, json: _, ...rest } = flags;
      const stop = new AbortController();
      let code = ABORTED;
      process.once('SIGTERM', () => {
        code = TERMINATED;
        stop.abort();
      });
      const options: BatchRunOptions = {
        ...{ ...rest, model, inputs, out },
        signal: AbortSignal.any([io.signal, stop.signal]),
        ...(shard !== undefined && { shard: shardOf(shard, process.env) }),
      };
      if (dryRun) return forecast(options);
      const progress = progressOf(io);
      try {
        const result = await runBatch({ ...options, onProgress: progress.show });
        const { isWhole, answered, setAside, isUnchecked: _, ...status } = result;
        tellUnchecked(io, model, result, flags.expect);
        const areUnread = status.failed.every(({ code: fault }) => fault === 'TABLE' || fault === 'INPUT');
        const failed = setAside === 0 ? DONE : areUnread ? BAD_INPUT : POISON;
        return {
          json: { answered, ...status },
          text: `${answered} units answered\n${statusText(status)}`,
          code: isWhole ? failed : options.signal?.aborted ? code : INCOMPLETE,
        };
      } finally {
        progress.end();
      }
    },
  );
  addAnswerOptions(addFileOptions(run), 'sets its unit aside')
    .addOption(formatOption('of outputs; that of the inputs for Arrow, else jsonl'))
    .option('-w, --workers <number>', 'processes that answer; as many as cores by default', wholeFrom(1))
    .option('--dry-run', 'print rows, units and expected cost: one unit is read, nothing is answered')
    .addHelpText(
      'after',
      `
--shard auto reads SLURM_ARRAY_TASK_ID and its fellows, AWS_BATCH_JOB_ARRAY_INDEX, or JOB_COMPLETION_INDEX of
Kubernetes, which doesn't tell how many there are: auto/8. Shards are counted from 0, and may share DIR.

Exit codes: 0 done; 42 units were set aside, as 'batch status' says why; 43 another model than expected${RETRAINED};
44 rows can't be read, or their file was changed meanwhile; 130 and 143 ended by SIGINT or SIGTERM: run it again.`,
    );
}

async function forecast(options: BatchRunOptions): Promise<Result> {
  const found = await forecastRun(options);
  const { rows, isExact, units, left, seconds, answering } = found;
  const about = isExact ? '' : 'about ';
  return {
    json: found,
    text:
      `${about}${rows} rows in ${units} units; left are ${left.units} units, ${about}${left.rows} rows\n` +
      `expected: ${duration(1_000 * seconds)} of processor, of which ${duration(1_000 * answering)} are for the answers ` +
      'and the rest for reading and writing, as measured on a unit',
  };
}

function addStatus(batch: Command, io: Io): void {
  addCommand(
    batch,
    io,
    'status <dirs...>',
    'what a run has, and what it lacks',
    'Prints which units of the run in DIRS are done, missing or set aside: one folder, or those of its shards.',
    async (_: Common, dirs: readonly string[]) => {
      const status = await runStatus(dirs);
      const plans = await Promise.all(dirs.map((path) => certifiedPlanIn({ path })));
      const certified = plans.find((plan) => plan !== undefined);
      return {
        json: { ...status, ...(certified && { certificate: certified.certificate }) },
        text: [statusText(status), ...(certified ? promiseLines(certified, status) : [])].join('\n'),
        code: status.done === status.units ? DONE : INCOMPLETE,
      };
    },
  ).addHelpText('after', '\nExit codes: 0 all units are done; 3 some are missing or set aside.');
}

function addVerify(batch: Command, io: Io): void {
  addCommand(
    batch,
    io,
    'verify <dirs...>',
    'whether outputs are what was committed',
    'Reads the outputs of the run in DIRS again, and compares them with what was committed: one folder, or those of ' +
      'its shards.',
    async ({ inputs }: VerifyFlags, dirs: readonly string[]) => {
      const all = await Promise.all(dirs.map((dir) => verifyRun(dir, inputs)));
      const found = {
        units: all.reduce((sum, { units }) => sum + units, 0),
        changed: all.flatMap(({ changed }) => changed),
      };
      const { units, changed } = found;
      const lines = changed.map(({ path, what }) => `${path} ${what}`);
      return {
        json: found,
        text: [`${units} units verified, ${changed.length} have changed`, ...lines].join('\n'),
        code: changed.length === 0 ? DONE : FAILED,
      };
    },
  ).option(
    '-i, --inputs <paths...>',
    'compare the inputs, too: all those of the run, by their paths here, as the run had them',
  );
}

function addRetry(batch: Command, io: Io): void {
  addCommand(
    batch,
    io,
    'retry <dir>',
    'let units that were set aside be done again',
    'Forgets which units of the run in DIR were set aside: the next run does them again.',
    async (_: Common, dir: string) => {
      const units = await forgetFailed(dir);
      return { json: { units }, text: `${units} units may be done again: spillway batch run` };
    },
  );
}

function addDigest(batch: Command, io: Io): void {
  addCommand(
    batch,
    io,
    'digest <outputs...>',
    'one digest of answers, whoever wrote them',
    'Prints a digest of the key, label, stage and verdict of all rows of OUTPUTS, whatever their order: folders of ' +
      'runs, or files and folders of Parquet, Arrow or JSON lines, as engines write them.',
    async ({ key, prefix }: DigestFlags, outputs: readonly string[]) => {
      const found = await outputDigest(outputs, { key, prefix });
      const { rows, digest, left } = found;
      if (left > 0)
        io.err(`${left} units are missing or set aside, and their rows left out: see 'batch status'\n`);
      return { json: found, text: `${digest}  ${rows} rows`, code: left === 0 ? DONE : INCOMPLETE };
    },
  )
    .addHelpText('after', '\nExit codes: 0 all rows; 3 units of a run are missing or set aside.')
    .option(
      '-k, --key <name>',
      'the column that identifies a row; by default the only one beside the answers',
    )
    .option('--prefix <text>', 'begins the names of answers');
}

function statusText({
  units,
  done,
  failed,
  missing,
  rows,
  exits,
  degraded,
  errors,
  verdict,
  different,
}: RunStatus): string {
  const stages = exits.map((count, stage) => `${stage === exits.length - 1 ? 'full model' : stage} ${count}`);
  return [
    `${done} of ${units} units are done, ${failed.length} set aside, ${missing.length} missing`,
    `rows      ${rows}${errors > 0 ? `, of which ${errors} have an error` : ''}${degraded > 0 ? `, ${degraded} degraded` : ''}`,
    `by stage  ${stages.join(', ') || 'none'}`,
    `verdicts  ${
      Object.entries(verdict)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ') || 'none'
    }`,
    ...(different > 0 ? [`${different} outputs that differ came later: the first ones stand`] : []),
    ...failed.map(failedText),
  ].join('\n');
}

function failedText({ key, index, input, row, code, message }: FailedUnit): string {
  const at = row === undefined ? '' : `, row ${row} of it`;
  return `set aside: unit ${index} of ${input} (${key})${at}: ${message.replace(/^row \d+: /, '')} (${code})`;
}
