import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { RunError } from '../../lib/errors.js';
import { systemTimer } from '../../lib/util/timer.js';
import { checkExpected, type Identity, lackingColumn } from '../model/index.js';
import { inputsOf, ParquetFiles, sourceDigest, type Unit } from '../units/index.js';
import { changedInput } from './answerUnit.js';
import { checkTable } from './checkTable.js';
import { describeModel } from './describe.js';
import { answerUnits } from './lanes.js';
import type { CommittedUnit } from './manifest.js';
import { measureFiles } from './measure.js';
import { type BatchRunOptions, outputOptions, workersOf } from './options.js';
import { type OutputOptions, plannedUnits, planUnits, type RunModel } from './plan.js';
import { ALL_UNITS } from './shard.js';
import { type RunStatus, writeManifest } from './status.js';
import { type FailedUnit, RunFolder } from './store.js';
import type { WorkerSetup } from './worker.js';

/** What a run did, and what its folder holds now. */
export interface RunResult extends RunStatus {
  /** Units answered by this run. */
  readonly answered: number;
  /** Units of the shard that are set aside. */
  readonly setAside: number;
  /** Whether all units of the shard are done or set aside: not where it was stopped, or an output is gone meanwhile. */
  readonly isWhole: boolean;
  /** Whether nothing told its workers what the features' module reads by itself: see `BatchModel`. */
  readonly isUnchecked: boolean;
}

/** What a run would do. */
export interface RunForecast {
  /** Rows, and whether they were counted; ranges of text are estimated. */
  readonly rows: number;
  readonly isExact: boolean;
  readonly units: number;
  /** Units and rows of the shard that aren't done yet. */
  readonly left: { readonly units: number; readonly rows: number };
  /** Expected processor time of what is left, in seconds. */
  readonly seconds: number;
  /** How much of it is the answers', as the model expects; the rest is of reading and writing, measured on a unit. */
  readonly answering: number;
}

/**
 * Answers the rows of files by worker processes. Each unit's output is committed once, below `out`; a run into the same
 * folder does what is missing.
 *
 * @throws OptionError, ArtifactError, CodeError; IdentityError where another model is expected; RunError; TableError for
 * inputs that can't be units; InputError for a table that lacks a column which the features read, or the key
 */
export function runBatch(options: BatchRunOptions): Promise<RunResult> {
  return runBy({ program: PROGRAM, timer: systemTimer }, options);
}

/** The same, by workers of another program or time. */
export async function runBy(
  setup: Omit<WorkerSetup, 'batchMs'>,
  options: BatchRunOptions,
): Promise<RunResult> {
  const { signal = new AbortController().signal, features } = options;
  const workers = workersOf(options);
  const { facts, output, inputs, table } = await preparedRun(options);
  const folder = new RunFolder(resolve(options.out));
  await folder.make();
  const model = modelOf(facts.identity);
  const units = await plannedUnits(folder.path, model, output, inputs);
  const own = ofShard(units, options);
  const { left, failed } = await leftOf(folder, own, output);
  const rows = rowsIn(own);
  const progress = progressFrom(options, rows - rowsIn(left), rows);
  let answered = 0;
  let isUnchecked = false;
  await answerUnits(left, {
    ...{ workers, signal },
    setup: { ...setup, batchMs: patienceFor(own, facts.rowCost) },
    task: {
      ...{ folder: folder.path, model: resolve(options.model), options: output },
      // What answers in place of a model that fails depends on when it does.
      mayDiffer: facts.mayDiffer || output.onFault === 'degrade',
      ...(features !== undefined && { features: resolve(features) }),
    },
    isDone: async ({ key }) => (await folder.committed(key, output.format)) !== undefined,
    check(ready) {
      isUnchecked ||= ready.isUnchecked;
      return (
        otherModel(model, ready.identity) ??
        (table.names && lackingColumn(table.path, table.names, ready.columns))
      );
    },
    onDone(unit, outcome) {
      if (outcome !== 'found') answered++;
      progress(unit);
    },
    async onFailed(unit) {
      await folder.setAside(unit);
      failed.push(unit);
    },
  });
  // Of workers that were killed.
  await folder.clean();
  const status = await writeManifest(folder.path);
  const missing = new Set(status.missing);
  const isWhole = !own.some(({ index }) => missing.has(index));
  return { ...status, answered, setAside: failed.length, isWhole, isUnchecked };
}

/** What a run would do: a unit is read, nothing is written, no worker started. */
export async function forecastRun(options: BatchRunOptions): Promise<RunForecast> {
  const { facts, output, inputs } = await preparedRun(options);
  const units = await planUnits(modelOf(facts.identity), output, inputs);
  const folder = new RunFolder(resolve(options.out));
  const { left } = await leftOf(folder, ofShard(units, options), output);
  const files = left.length === 0 ? 0 : await measureFiles(left[0], output, facts.classes);
  const answering = (facts.rowCost * rowsIn(left)) / 1e6;
  return {
    rows: rowsIn(units),
    isExact: inputs[0].format === 'parquet' || inputs[0].format === 'arrow',
    units: units.length,
    left: { units: left.length, rows: rowsIn(left) },
    seconds: answering + (files * rowsIn(left)) / 1e6,
    answering,
  };
}

async function preparedRun(options: BatchRunOptions) {
  const facts = await describeModel(options.model, options.features);
  if (options.expect !== undefined) checkExpected(facts.identity, options.expect);
  const inputs = await inputsOf(options.inputs);
  const output = outputOptions(options, inputs);
  return { facts, inputs, output, table: await checkTable(inputs, output, facts.columns) };
}

function modelOf({ artifact, features, spillway }: Identity): RunModel {
  return { artifact, features, spillway };
}

function ofShard(units: readonly Unit[], { shard = ALL_UNITS }: BatchRunOptions): readonly Unit[] {
  return units.filter(({ index }) => index % shard.of === shard.index);
}

/** Which units are left, and which were set aside before. @throws RunError for an input that was changed since */
async function leftOf(
  folder: RunFolder,
  units: readonly Unit[],
  { format }: OutputOptions,
): Promise<{ readonly left: Unit[]; readonly failed: FailedUnit[] }> {
  const left: Unit[] = [];
  const failed: FailedUnit[] = [];
  const files = new ParquetFiles();
  for (const unit of units) {
    const done = await folder.committed(unit.key, format);
    if (done !== undefined) await checkUnchanged(folder, unit, done, files);
    else {
      const failure = await folder.failure(unit.key);
      if (failure === undefined) left.push(unit);
      else failed.push(failure);
    }
  }
  return { left, failed };
}

/** A file of the same size and ends may have other rows between: where it is younger than its output, its bytes tell. */
async function checkUnchanged(
  folder: RunFolder,
  unit: Unit,
  { source }: CommittedUnit,
  files: ParquetFiles,
): Promise<void> {
  const committed = await stat(join(folder.done, `${unit.key}.json`));
  // Who puts the time of writing back leaves that of the change.
  const { mtimeMs, ctimeMs } = await stat(unit.input.path);
  if (Math.max(mtimeMs, ctimeMs) > committed.mtimeMs && (await sourceDigest(unit, files)) !== source)
    throw changedInput(unit.input.path);
}

function otherModel(model: RunModel, identity: Identity): RunError | undefined {
  const part = (['artifact', 'features', 'spillway'] as const).find((each) => model[each] !== identity[each]);
  return part && new RunError('changed', `the model's ${part} was changed while the run began: run again`);
}

/** Some units take longer than expected, on a slower machine or beside others; one that is stopped takes for ever. */
function patienceFor(units: readonly Unit[], rowCost: number): number {
  const rows = units.reduce((most, unit) => Math.max(most, unit.rows), 0);
  return Math.max(60_000, 20 * rows * (rowCost / 1_000) || 0);
}

function rowsIn(units: readonly Unit[]): number {
  return units.reduce((sum, { rows }) => sum + rows, 0);
}

/** Tells how far it is after each unit, at the pace since it began. */
function progressFrom({ onProgress }: BatchRunOptions, before: number, rows: number): (unit: Unit) => void {
  const begun = performance.now();
  let now = before;
  return (unit) => {
    now += unit.rows;
    const seconds = (performance.now() - begun) / 1_000;
    onProgress?.({ step: 'units', share: now / rows, remaining: (seconds * (rows - now)) / (now - before) });
  };
}

/** Beside the package's entries, whichever of its files this is; in a checkout the source itself. */
const PROGRAM = import.meta.url.endsWith('.ts')
  ? new URL('./program.ts', import.meta.url)
  : new URL('../entries/batchWorker.js', import.meta.url);
