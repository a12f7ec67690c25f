import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Label } from '../../cascades/index.js';
import type { BatchClaim, BatchSteps } from '../../cascades/internal.js';
import { checkDelta, checkInside, checkSeed, checkWhole } from '../../lib/check.js';
import { naturalNumber, nullable, number, object, text } from '../../lib/data/artifact/index.js';
import { DataError, RunError } from '../../lib/errors.js';
import { freshSeed } from '../../lib/stats/index.js';
import type { BatchModel } from '../model/index.js';
import {
  type BatchRunOptions,
  checkTable,
  outputOptions,
  plannedUnits,
  RunFolder,
  readPlan,
  type Shard,
} from '../run/index.js';
import { type BatchInput, digestOf, hasRows, ParquetFiles, type Unit } from '../units/index.js';
import { NO_REMEDY, RecordFile } from './record.js';

type Output = ReturnType<typeof outputOptions>;

export interface CertifiedBatchOptions
  extends Pick<BatchRunOptions, 'key' | 'prefix' | 'delimiter' | 'encoding' | 'types' | 'rows' | 'signal'> {
  /** The share of the batch's answers that may differ from the full model's. */
  readonly epsilon: number;
  /** @defaultValue 0.05 */
  readonly delta?: number | undefined;
  /** See `BatchOptions`. */
  readonly sample?: number | undefined;
  /** Of the sample. @defaultValue drawn by the first call, and kept in the folder: later calls take the same sample */
  readonly seed?: number | string | undefined;
}

/** A batch in files, and the folder in which it is certified. */
export interface CertifiedBatch {
  readonly folder: RunFolder;
  readonly model: BatchModel;
  readonly steps: BatchSteps<unknown, Label, string>;
  /** The batch's partitions, all of them. */
  readonly units: readonly Unit[];
  readonly claim: BatchClaim & { readonly seed: string };
  readonly output: Output;
  readonly files: ParquetFiles;
  readonly signal: AbortSignal | undefined;
}

/** The claim of a folder, as it was first made. */
interface Claim {
  readonly epsilon: number;
  readonly delta: number;
  readonly sample: number | null;
  readonly seed: string;
}

const claimShape = object<Claim>({
  epsilon: number,
  delta: number,
  sample: nullable(naturalNumber),
  seed: text,
});

/**
 * Begins a batch in a folder, or goes on with it. What the first call has claimed and drawn stands: there is one sample
 * of the batch in this folder, whatever is done again, and on however many machines.
 *
 * @throws RunError `other`, naming what differs, where the folder is of another batch; OptionError, DataError; InputError
 * for a table that lacks a column which the features read, or the key
 */
export async function openCertifiedBatch(
  path: string,
  model: BatchModel,
  inputs: readonly BatchInput[],
  options: CertifiedBatchOptions,
): Promise<CertifiedBatch> {
  const { epsilon, delta = 0.05, sample, seed, signal, ...reading } = options;
  checkInside('--epsilon', epsilon);
  checkDelta('--delta', delta);
  if (sample !== undefined) checkWhole('--sample', sample, 0);
  if (seed !== undefined) checkSeed('--seed', seed);
  const steps = model.steps();
  const before = await readPlan(path);
  if (before !== undefined && before.options.claim === undefined)
    throw new RunError(
      'other',
      `'${path}' holds a run that isn't certified as one batch: name another folder by --out`,
    );
  await checkTable(inputs, reading, model.columns);
  const isEmpty = !(await Promise.all(inputs.map((input) => hasRows(input, reading.encoding)))).includes(
    true,
  );
  if (isEmpty) throw new DataError('INPUT: there are no rows; expected a batch to answer');
  const folder = new RunFolder(path);
  await folder.make();
  for (const part of ['evidence', 'asked']) await mkdir(join(path, part), { recursive: true });
  const wanted = { epsilon, delta, sample: sample ?? null, seed: String(seed ?? freshSeed()) };
  const found = await new RecordFile(path, 'claim.json', claimShape, NO_REMEDY).commit(wanted);
  checkClaim(path, found, { ...wanted, ...(seed === undefined && { seed: found.seed }) });
  const base = outputOptions({ ...reading, model: '', inputs: [], out: path }, inputs);
  const output = { ...base, claim: JSON.stringify([found.epsilon, found.delta, found.sample, found.seed]) };
  const { engine: _, ...identity } = model.identity;
  const units = await plannedUnits(path, identity, output, inputs);
  return {
    ...{ folder, model, steps, units, output, signal, files: new ParquetFiles() },
    claim: { epsilon, delta, sample, seed: found.seed },
  };
}

/** @throws RunError `other` */
function checkClaim(path: string, there: Claim, here: Claim): void {
  for (const name of ['epsilon', 'delta', 'sample', 'seed'] as const) {
    if (there[name] === here[name]) continue;
    throw new RunError(
      'other',
      `'${path}' holds a batch with ${name} ${there[name]}, and this one's is ${here[name]}. A batch has one claim and ` +
        'one sample: call it as before, or name another folder by --out',
    );
  }
}

/** The units of a shard. */
export function ownUnits({ units }: Pick<CertifiedBatch, 'units'>, { index, of }: Shard): readonly Unit[] {
  return units.filter((unit) => unit.index % of === index);
}

/** What a unit's rows are drawn by: their input and place alone, whatever is claimed and written of them. */
export function partitionOf({ input, from, to }: Unit): string {
  return digestOf(JSON.stringify(['partition', input.identity, from, to])).slice(0, 32);
}

/** A unit, for people. */
export function unitName({ input, from, to, key }: Unit): string {
  return `${input.name} from ${from} to ${to} (${key})`;
}
