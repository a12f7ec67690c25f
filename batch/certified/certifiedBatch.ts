import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Label } from '../../cascades/index.js';
import type { BatchClaim, BatchSteps } from '../../cascades/internal.js';
import { checkDelta, checkInside, checkSeed, checkWhole } from '../../lib/check.js';
import { naturalNumber, nullable, number, object, text } from '../../lib/data/artifact/index.js';
import { DataError } from '../../lib/errors.js';
import { freshSeed } from '../../lib/stats/index.js';
import type { WriterOptions } from '../formats/index.js';
import type { BatchModel } from '../model/index.js';
import { RunError } from '../run/index.js';
import { digestOf, type ReadOptions, type Unit } from '../units/index.js';
import { RecordFile } from './record.js';

export interface CertifiedBatchOptions {
  /** The share of the batch's answers that may differ from the full model's. */
  readonly epsilon: number;
  /** @defaultValue 0.05 */
  readonly delta?: number;
  /** See `BatchOptions`. */
  readonly sample?: number;
  /** Of the sample. @defaultValue drawn by the first call, and kept in the folder: later calls take the same sample */
  readonly seed?: number | string;
  /** How inputs are read, and answers written. */
  readonly reading?: ReadOptions;
  readonly writing?: Pick<WriterOptions, 'key' | 'prefix'>;
  readonly signal?: AbortSignal;
}

/** A batch in files, and the folder in which it is certified. */
export interface CertifiedBatch {
  readonly folder: string;
  readonly model: BatchModel;
  readonly steps: BatchSteps<unknown, Label, string>;
  /** The batch's partitions, all of them. */
  readonly units: readonly Unit[];
  readonly claim: BatchClaim & { readonly seed: string };
  readonly reading: ReadOptions;
  readonly writing: Pick<WriterOptions, 'key' | 'prefix'>;
  readonly signal: AbortSignal | undefined;
}

/** What a folder is for: two batches never share one. */
interface Purpose {
  readonly version: number;
  readonly model: string;
  readonly epsilon: number;
  readonly delta: number;
  readonly sample: number | null;
  readonly seed: string;
  /** Digest of the units' keys: of the inputs, and of how they are cut. */
  readonly inputs: string;
  readonly partitions: number;
  /** Options of reading and writing, as JSON. */
  readonly options: string;
}

const purpose = object<Purpose>({
  version: naturalNumber,
  model: text,
  epsilon: number,
  delta: number,
  sample: nullable(naturalNumber),
  seed: text,
  inputs: text,
  partitions: naturalNumber,
  options: text,
});

/**
 * Begins a batch in a folder, or goes on with it. What the first call has claimed and drawn stands: there is one sample
 * of the batch in this folder, whatever is done again.
 *
 * @throws RunError `other`, naming what differs, where the folder is of another batch; OptionError, DataError
 */
export async function openCertifiedBatch(
  folder: string,
  model: BatchModel,
  units: readonly Unit[],
  options: CertifiedBatchOptions,
): Promise<CertifiedBatch> {
  const { epsilon, delta = 0.05, sample, seed, reading = {}, writing = {}, signal } = options;
  checkInside('--epsilon', epsilon);
  checkDelta('--delta', delta);
  if (sample !== undefined) checkWhole('--sample', sample, 0);
  if (seed !== undefined) checkSeed('--seed', seed);
  if (units.length === 0) throw new DataError('INPUT: there are no rows; expected a batch to answer');
  const steps = model.steps();
  for (const part of ['', 'evidence', 'asked', 'units', 'done']) await mkdir(join(folder, part), { recursive: true });
  const { artifact, features, spillway } = model.identity;
  const wanted: Purpose = {
    version: 1,
    // Engines give the same bits, so shards may have different ones.
    model: [artifact, features, spillway].join(' '),
    epsilon,
    delta,
    sample: sample ?? null,
    seed: String(seed ?? freshSeed()),
    inputs: digestOf(units.map(({ key }) => key).join()),
    partitions: units.length,
    options: JSON.stringify({ reading, writing }),
  };
  const found = await new RecordFile(folder, 'plan.json', purpose).commit(wanted);
  const differ = Object.entries(wanted).filter(
    ([name, value]) => !(name === 'seed' && seed === undefined) && Reflect.get(found, name) !== value,
  );
  if (differ.length > 0) {
    const of = differ.map(([name, value]) => `${name} (${Reflect.get(found, name)} there, ${value} here)`);
    throw new RunError(
      'other',
      `'${folder}' holds a batch with other ${of.join(', ')}. A batch has one claim and one sample: call it as before, or ` +
        'give another folder. Where an input has changed, its certificate is void',
    );
  }
  const claim = { epsilon, delta, sample, seed: found.seed };
  return { folder, model, steps, units, claim, reading, writing, signal };
}

/** A shard's units: each n-th from the i-th on. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

export function ownUnits({ units }: Pick<CertifiedBatch, 'units'>, { index, of }: Shard): readonly Unit[] {
  return units.filter((unit) => unit.index % of === index);
}

/** A unit, for people. */
export function nameOf({ input, from, to, key }: Unit): string {
  return `${input.name} from ${from} to ${to} (${key})`;
}
