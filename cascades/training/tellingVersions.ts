import { type Block, gather } from '../../lib/data/blocks/index.js';
import { type FidelityNames, fidelityName, fidelityNames } from '../../lib/features/define/index.js';
import { decideAll } from '../../lib/learn/exits/index.js';
import type { Random } from '../../lib/stats/index.js';
import type { Run } from '../problem/index.js';
import type { Label, TriedFidelity } from '../types/index.js';
import type { FeatureBlocks } from './featureBlocks.js';
import { type Told, tellsAnything, versionsOf } from './fidelities/index.js';

/**
 * Features with those of their versions alone that tell anything of the labels, or of the full model's answers where
 * there are none: nothing more is computed of the others, nor measured. With a given profile these are all that it has.
 *
 * @param scores the full model's, where there are no labels
 */
export async function tellingVersions<Row, L extends Label, Name extends string>(
  { options, problem }: Run<Row, L, Name>,
  features: FeatureBlocks<Row>,
  scores?: Float64Array,
): Promise<FeatureBlocks<Row>> {
  const { development, decision, width, classes, split, random } = problem;
  const { fitted, versions, measured } = features;
  const values = development.labels ?? (scores && decideAll(decision, scores, width));
  if (measured === undefined || values === undefined || versions.blocks.length === 0) return features;
  const known = split.fit.filter((row) => !Number.isNaN(values[row]));
  const told = { values: Float64Array.from(known, (row) => values[row]), classes: classes.length };
  const draw = random.fork('fidelities');
  const blockOf = (v: number) => gather(versions.blocks[v], known);
  const { names } = options.features;
  const { silent, fidelities } = silentAmong(versions.names, names, blockOf, told, draw);
  if (silent.size === 0) return features;
  const tried = versions.tried.map((each): TriedFidelity => {
    return silent.has(fidelityName(each.feature, each.at)) ? { ...each, outcome: 'silent' } : each;
  });
  const left = versionsOf(options.features, fitted, fidelities);
  await measured.first.time(left.set, left.measured, () => false);
  const all: readonly string[] = versionNames(names, versions.names);
  const blocks = versions.blocks.filter((_, v) => !silent.has(all[v]));
  return { ...features, versions: { ...left, blocks, tried } };
}

/**
 * The versions that tell nothing.
 *
 * @param features in whose order versions are
 * @param blockOf of a version by its position, over rows that are told
 * @returns also the others
 */
export function silentAmong(
  versions: FidelityNames,
  features: readonly string[],
  blockOf: (version: number) => Block,
  told: Told,
  draw: Random,
): { readonly silent: ReadonlySet<string>; readonly fidelities: FidelityNames } {
  const all: readonly string[] = versionNames(features, versions);
  const silent = new Set<string>();
  const left = Object.entries(versions).map(([feature, at]) => {
    const names = at.map((each): string => fidelityName(feature, each));
    // Each is contained in the next one: what one tells, those after it tell as well.
    const first = names.findIndex((name) => tellsAnything(blockOf(all.indexOf(name)), told, draw.fork(name)));
    const telling = first < 0 ? at.length : first;
    for (const name of names.slice(0, telling)) silent.add(name);
    return [feature, at.slice(telling)] as const;
  });
  return { silent, fidelities: Object.fromEntries(left.filter(([, at]) => at.length > 0)) };
}

/** Versions alone, in the order of their features. */
function versionNames(features: readonly string[], versions: FidelityNames): readonly string[] {
  return fidelityNames(features, versions).slice(features.length);
}
