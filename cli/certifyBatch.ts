import { type Command, Option } from 'commander';
import { RETRAINED } from '#hints';
import {
  type CertifiedFiles,
  type CertifiedPlan,
  certifyFiles,
  inputsOf,
  loadBatchModel,
  openCertifiedBatch,
  PHASES,
  type Phase,
  type RunStatus,
  shardOf,
} from '../batch/index.js';
import { changedMore } from '../cascades/index.js';
import {
  addFileOptions,
  addModelOptions,
  type FileFlags,
  type ModelFlags,
  tellUnchecked,
} from './batchOptions.js';
import { addCommand, type Io, type Result } from './command.js';
import { DONE, NOT_CERTIFIED } from './exitCodes.js';
import { shareFrom, wholeFrom } from './numbers.js';
import { progressOf } from './progress.js';

interface Options extends ModelFlags, FileFlags {
  readonly epsilon: number;
  readonly delta?: number;
  readonly sample?: number;
  readonly seed?: string;
  readonly phase?: Phase;
}

/** Adds `batch certify`. @param batch the command that it is a part of */
export function addCertifyBatch(batch: Command, io: Io): void {
  const certify = addCommand(
    batch,
    io,
    'certify <model> <inputs...>',
    'answer files as one batch, certified in place',
    'Answers all rows of INPUTS (files, folders, patterns), and certifies these very answers: at most EPSILON of them ' +
      'differ from the full model’s, except with probability DELTA. All stages score all rows, the full model answers a ' +
      'random sample of them, and the most aggressive plan that passes answers the rest.',
    async (options: Options, path: string, inputs: readonly string[]) => {
      const { out, phase, shard, features, expect, json: _, ...claimed } = options;
      const model = await loadBatchModel(path, {
        ...(features !== undefined && { features }),
        ...(expect !== undefined && { expect }),
      });
      tellUnchecked(io, path, model, expect);
      const progress = progressOf(io);
      try {
        const certified = await openCertifiedBatch(out, model, await inputsOf(inputs), {
          ...claimed,
          signal: io.signal,
        });
        const result = await certifyFiles(certified, {
          phase,
          shard: shard === undefined ? undefined : shardOf(shard, process.env),
          onProgress: progress.show,
        });
        return resultOf(out, result, certified.claim.seed);
      } finally {
        progress.end();
        await model.close();
      }
    },
  );
  addModelOptions(addFileOptions(certify))
    .requiredOption('-e, --epsilon <share>', 'of the answers that may differ', shareFrom)
    .option('--delta <probability>', 'that more of them do; by default 0.05', shareFrom)
    .option(
      '--sample <rows>',
      'that the full model answers as a test; by default what saves the most',
      wholeFrom(0),
    )
    .option('--seed <text>', 'of the sample; by default drawn once, and kept in the folder')
    .addOption(new Option('--phase <name>', 'this one alone; by default all, in this order').choices(PHASES))
    .addHelpText(
      'after',
      `
The same command again goes on where it ended. Shards of a phase may run on machines that share the folder; ask needs
all units scored, answer needs the certificate. Never choose a seed by its results: the promise is over one draw.

Exit codes: 0 done; 1 something failed, or a phase needs what other shards have still to bring; 3 done, and the full
model answers all; 42 a row can't be answered; 43 another model than expected${RETRAINED};
44 rows can't be read.`,
    );
}

function resultOf(out: string, result: CertifiedFiles, seed: string): Result {
  const { certified, units, done, missing, rows, exits } = result;
  const json = {
    out,
    units,
    done,
    missing: missing.length,
    rows,
    exits,
    ...(certified && { certificate: { ...certified.certificate, seed }, sampled: certified.certificate.n }),
  };
  const isServed = certified === undefined || certified.certificate.verdict === 'certified';
  return { json, text: textOf(result), code: isServed ? DONE : NOT_CERTIFIED };
}

function textOf({ certified, ...status }: CertifiedFiles): string {
  if (certified === undefined) return 'scored; the sample isn’t asked yet';
  const { units, done } = status;
  return [...promiseLines(certified, status), `${done} of ${units} units answered`].join('\n');
}

/** What is promised of a batch, and which of its answers are whose. */
export function promiseLines(
  { rows: all, certificate }: Pick<CertifiedPlan, 'rows' | 'certificate'>,
  { rows, exits }: Pick<RunStatus, 'rows' | 'exits'>,
): readonly string[] {
  const { verdict, epsilon, delta, n, lost } = certificate;
  const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`;
  const head =
    verdict === 'certified'
      ? `certified: at most ${percent(epsilon)} of ${all} answers differ from the full model's, except with ` +
        `probability ${percent(delta)}`
      : 'full-model-only: no plan passed, the full model answers all';
  const full = exits.at(-1) ?? 0;
  return [
    head,
    `${n} rows sampled, of which ${lost} differed and are corrected`,
    `${rows} rows answered, ${percent((rows - full) / Math.max(1, rows))} of them by stages, ${full} by the full model`,
    ...changedMore({ ...certificate, loss: 'disagreement' }),
  ];
}
