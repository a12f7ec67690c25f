import { type Block, difference, gather } from '../../lib/data/blocks/index.js';
import {
  type FidelityNames,
  fidelityName,
  fidelityNames,
  sameWithin,
  TOLERANCE,
} from '../../lib/features/define/index.js';
import { decideAll } from '../../lib/learn/exits/index.js';
import type { Random } from '../../lib/stats/index.js';
import type { Run } from '../problem/index.js';
import type { Label, TriedFidelity } from '../types/index.js';
import type { FeatureBlocks } from './featureBlocks.js';
import { type Told, tellsAnything, versionsOf } from './fidelities/index.js';

/**
 * Features with those of their versions alone that have numbers of their own, and that tell anything of the labels, or
 * of the full model's answers where there are none: nothing more is computed of the others, nor measured. With a given
 * profile these are all that it has.
 *
 * @param scores the full model's, where there are no labels
 */
export async function tellingVersions<Row, L extends Label, Name extends string>(
  { options, problem }: Run<Row, L, Name>,
  features: FeatureBlocks<Row>,
  scores?: Float64Array,
): Promise<FeatureBlocks<Row>> {
  const { development, decision, width, classes, split, random } = problem;
  const { fitted, blocks: wholes, versions, measured } = features;
  if (measured === undefined || versions.blocks.length === 0) return features;
  const { names } = options.features;
  const all: readonly string[] = versionNames(names, versions.names);
  const same = sameAmong(versions.names, (name) => {
    const v = all.indexOf(name);
    return v < 0 ? wholes[fitted.findIndex((feature) => feature.name === name)] : versions.blocks[v];
  });
  const values = development.labels ?? (scores && decideAll(decision, scores, width));
  const silentOf = (labels: Float64Array) => {
    const known = split.fit.filter((row) => !Number.isNaN(labels[row]));
    const told = { values: Float64Array.from(known, (row) => labels[row]), classes: classes.length };
    const blockOf = (v: number) => gather(versions.blocks[v], known);
    return silentAmong(versions.names, names, blockOf, told, random.fork('fidelities'));
  };
  const silent = values === undefined ? new Set<string>() : silentOf(values);
  const isLeft = (name: string) => !silent.has(name) && !same.has(name);
  if (all.every(isLeft)) return features;
  const outcomeOf = (name: string, { outcome }: TriedFidelity) =>
    silent.has(name) ? 'silent' : same.has(name) ? 'same' : outcome;
  const tried = versions.tried.map((each): TriedFidelity => {
    return { ...each, outcome: outcomeOf(fidelityName(each.feature, each.at), each) };
  });
  const left = versionsOf(options.features, fitted, versionsBut(versions.names, isLeft));
  await measured.first.time(left.set, left.measured, () => false);
  const blocks = versions.blocks.filter((_, v) => isLeft(all[v]));
  return { ...features, versions: { ...left, blocks, tried } };
}

/**
 * The versions whose numbers are those of their feature, or of one of its cheaper versions: texts may all be shorter
 * than a cut, and images than a size.
 *
 * @param blockOf of a version or a feature, by its name, over the same rows
 */
export function sameAmong(versions: FidelityNames, blockOf: (name: string) => Block): ReadonlySet<string> {
  const same = new Set<string>();
  for (const [feature, at] of Object.entries(versions)) {
    const others = [blockOf(feature)];
    for (const each of at) {
      const name = fidelityName(feature, each);
      const own = blockOf(name);
      if (others.some((other) => isSameBlock(own, other))) same.add(name);
      else others.push(own);
    }
  }
  return same;
}

function isSameBlock(one: Block, other: Block): boolean {
  const isSame = (a: number, b: number) => sameWithin(a, b, TOLERANCE);
  for (let row = 0; row < one.rows; row++) if (difference(one, row, other, row, isSame)) return false;
  return true;
}

/**
 * The versions that tell nothing.
 *
 * @param features in whose order versions are
 * @param blockOf of a version by its position, over rows that are told
 */
export function silentAmong(
  versions: FidelityNames,
  features: readonly string[],
  blockOf: (version: number) => Block,
  told: Told,
  draw: Random,
): ReadonlySet<string> {
  const all: readonly string[] = versionNames(features, versions);
  const silent = new Set<string>();
  for (const [feature, at] of Object.entries(versions)) {
    const names = at.map((each): string => fidelityName(feature, each));
    // Each is contained in the next one: what one tells, those after it tell as well.
    const first = names.findIndex((name) => tellsAnything(blockOf(all.indexOf(name)), told, draw.fork(name)));
    for (const name of names.slice(0, first < 0 ? at.length : first)) silent.add(name);
  }
  return silent;
}

/** Those versions that are left. @param isLeft by the version's whole name */
export function versionsBut(versions: FidelityNames, isLeft: (name: string) => boolean): FidelityNames {
  const left = Object.entries(versions).map(
    ([feature, at]) => [feature, at.filter((each) => isLeft(fidelityName(feature, each)))] as const,
  );
  return Object.fromEntries(left.filter(([, at]) => at.length > 0));
}

/** Versions alone, in the order of their features. */
function versionNames(features: readonly string[], versions: FidelityNames): readonly string[] {
  return fidelityNames(features, versions).slice(features.length);
}
