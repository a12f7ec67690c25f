import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../lib/data/artifact/index.js';
import { ArtifactError, OptionError } from '../../lib/errors.js';
import { fileDigest } from './commit.js';
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
import { RunError } from './runError.js';
import { CERTIFICATE, type FailedUnit, RunFolder } from './store.js';

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
  const { plan, manifest } = await mergedRun(folders);
  const done = new Set(manifest.units.map(({ key }) => key));
  const failed = new Map<string, FailedUnit>();
  for (const path of folders)
    for (const { key } of plan.units) {
      const failure = done.has(key) ? undefined : await new RunFolder(path).failure(key);
      if (failure !== undefined) failed.set(key, failure);
    }
  const different = await Promise.all(folders.map((path) => differentIn(path)));
  return {
    different: new Set(different.flat()).size,
    units: plan.units.length,
    done: done.size,
    failed: [...failed.values()].sort((a, b) => a.index - b.index),
    missing: plan.units.flatMap(({ key }, index) => (done.has(key) || failed.has(key) ? [] : [index])),
    ...totalsOf(manifest.units),
  };
}

async function differentIn(path: string): Promise<string[]> {
  const names = await readdir(new RunFolder(path).different).catch(() => []);
  return names.filter((name) => name.endsWith('.json'));
}

/** @throws as `runStatus` */
export async function mergedRun(
  folders: readonly string[],
): Promise<{ readonly plan: RunPlan; readonly manifest: Manifest }> {
  let merged: { readonly plan: RunPlan; readonly manifest: Manifest } | undefined;
  for (const folder of folders) {
    const plan = await readPlan(folder);
    if (plan === undefined) throw new OptionError('DIR', `${folder} holds no run: it has no plan.json`);
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
  for (const { key } of plan.units) {
    const unit = await folder.committed(key, plan.options.format);
    if (unit !== undefined) units.push(unit);
  }
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

/** Writes what the folder has; a run beside this one may have committed more meanwhile. */
export async function writeManifest(folder: string): Promise<void> {
  let written = -1;
  for (;;) {
    const { manifest } = await mergedRun([folder]);
    if (manifest.units.length === written) return;
    written = manifest.units.length;
    try {
      await writeAtomically(join(folder, 'manifest.json'), Buffer.from(manifestText(manifest)));
    } catch (error) {
      if (!(error instanceof ArtifactError)) throw error;
      throw new RunError('unwritable', error.message, { cause: error });
    }
  }
}
