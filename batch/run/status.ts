import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OptionError, RunError } from '../../lib/errors.js';
import { fileDigest } from '../../lib/util/files/committedFile.js';
import { replaceRunFile } from './commit.js';
import {
  type CommittedUnit,
  type Manifest,
  manifestOf,
  manifestText,
  mergeManifests,
  type RunTotals,
  totalsOf,
} from './manifest.js';
import { type RunModel, type RunPlan, readPlan } from './plan.js';
import { recordText } from './records.js';
import { CERTIFICATE, type FailedUnit, RunFolder, recordsIn } from './store.js';

export const MANIFEST = 'manifest.json';

/** What a run has, and what it lacks. */
export interface RunStatus extends RunTotals {
  readonly units: number;
  readonly done: number;
  /** Set aside, since their rows can't be answered. */
  readonly failed: readonly FailedUnit[];
  /** Neither done nor failed, by their numbers. */
  readonly missing: readonly number[];
  /** Later outputs that differed from those that stand, where the full model's answers may differ. */
  readonly different: number;
}

/**
 * What one run has, in one folder or in those of its shards.
 *
 * @throws OptionError for a folder without a run; RunError for folders of different runs
 */
export async function runStatus(folders: readonly string[]): Promise<RunStatus> {
  return statusOf(folders, await mergedRun(folders));
}

async function statusOf(folders: readonly string[], { plan, manifest }: MergedRun): Promise<RunStatus> {
  const done = new Set(manifest.units.map(({ key }) => key));
  const failed = new Map<string, FailedUnit>();
  const planned = new Set(plan.units.map(({ key }) => key));
  for (const folder of folders.map((path) => new RunFolder(path)))
    for (const key of await recordsIn(folder.failed)) {
      const failure = planned.has(key) && !done.has(key) ? await folder.failure(key) : undefined;
      if (failure !== undefined) failed.set(key, failure);
    }
  const different = await Promise.all(folders.map((path) => recordsIn(new RunFolder(path).different)));
  return {
    different: new Set(different.flat()).size,
    units: plan.units.length,
    done: done.size,
    failed: [...failed.values()].sort((a, b) => a.index - b.index),
    missing: plan.units.flatMap(({ key }, index) => (done.has(key) || failed.has(key) ? [] : [index])),
    ...totalsOf(manifest.units),
  };
}

/**
 * Forgets which units of a run failed, so that it does them again.
 *
 * @returns how many
 * @throws OptionError for a folder without a run
 */
export async function forgetFailed(path: string): Promise<number> {
  const { failed } = new RunFolder(path);
  const planned = new Set((await planIn(path)).units.map(({ key }) => key));
  const keys = (await recordsIn(failed)).filter((key) => planned.has(key));
  for (const key of keys) await rm(join(failed, `${key}.json`), { force: true });
  return keys.length;
}

/** @throws OptionError for a folder without a run; as `readPlan` */
export async function planIn(folder: string): Promise<RunPlan> {
  const plan = await readPlan(folder);
  if (plan === undefined) throw new OptionError('DIR', `${folder} holds no run: it has no plan.json`);
  return plan;
}

interface MergedRun {
  readonly plan: RunPlan;
  readonly manifest: Manifest;
}

/** @throws as `runStatus` */
export async function mergedRun(folders: readonly string[]): Promise<MergedRun> {
  let merged: MergedRun | undefined;
  for (const folder of folders) {
    const plan = await planIn(folder);
    const manifest = await manifestIn(folder, plan);
    if (merged !== undefined && JSON.stringify(merged.plan) !== JSON.stringify(plan))
      throw new RunError('other', `${folders[0]} and ${folder} hold different runs: ask about them apart`);
    merged = { plan, manifest: merged === undefined ? manifest : mergeManifests(merged.manifest, manifest) };
  }
  if (merged === undefined) throw new OptionError('DIR', 'expected the folder of a run, got none');
  return merged;
}

async function manifestIn(path: string, plan: RunPlan): Promise<Manifest> {
  const folder = new RunFolder(path);
  const units: CommittedUnit[] = [];
  const recorded = new Set(await recordsIn(folder.done));
  for (const { key } of plan.units) {
    const unit = recorded.has(key) ? await folder.committed(key, plan.options.format) : undefined;
    if (unit !== undefined) units.push(unit);
  }
  return manifestWith(path, plan, units);
}

/** What a folder's manifest says where these units are committed. */
export async function manifestWith(
  path: string,
  plan: RunPlan,
  units: readonly CommittedUnit[],
): Promise<Manifest> {
  return manifestOf(modelText(plan.model), units, await certificateDigest(path, plan));
}

/** Of a batch that is certified as a whole; undefined until it is. */
async function certificateDigest(path: string, { options }: RunPlan): Promise<string | undefined> {
  if (options.claim === undefined) return undefined;
  return fileDigest(join(path, CERTIFICATE)).catch(() => undefined);
}

function modelText({ artifact, features, spillway }: RunModel): string {
  return [artifact.slice(0, 12), features.slice(0, 12), spillway].join('-');
}

/** Writes what a folder has. @returns the same, by one look at its units; by two where others have ended meanwhile */
export async function writeManifest(path: string): Promise<RunStatus> {
  const status = await writeOnce(path);
  if (status.missing.length === 0) return status;
  // The run that ends last writes all that there is, and then this one may have written what it saw before.
  const { done, failed } = new RunFolder(path);
  const ended = new Set([...(await recordsIn(done)), ...(await recordsIn(failed))]);
  return ended.size < status.units ? status : writeOnce(path);
}

async function writeOnce(path: string): Promise<RunStatus> {
  const found = await mergedRun([path]);
  await replaceRunFile(path, MANIFEST, recordText(MANIFEST, manifestText(found.manifest)));
  return statusOf([path], found);
}
