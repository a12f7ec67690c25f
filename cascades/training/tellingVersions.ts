import { gather } from '../../lib/data/blocks/index.js';
import { type FidelityNames, fidelityName, fidelityNames } from '../../lib/features/define/index.js';
import { decideAll } from '../../lib/learn/exits/index.js';
import type { Run } from '../problem/index.js';
import type { Label, TriedFidelity } from '../types/index.js';
import type { FeatureBlocks } from './featureBlocks.js';
import { namesOf, tellsAnything, versionsOf } from './fidelities/index.js';

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
  // Versions are in the order of features.
  const all: readonly string[] = fidelityNames(options.features.names, versions.names).slice(fitted.length);
  const tells = (name: string) =>
    tellsAnything(gather(versions.blocks[all.indexOf(name)], known), told, draw.fork(name));
  const silent = silentAmong(versions.names, tells);
  if (silent.size === 0) return features;
  const tried = versions.tried.map((each): TriedFidelity => {
    return silent.has(fidelityName(each.feature, each.at)) ? { ...each, outcome: 'silent' } : each;
  });
  const left = versionsOf(
    options.features,
    fitted,
    namesOf(tried.filter(({ outcome }) => outcome === 'not chosen')),
  );
  await measured.first.time(left.set, left.measured, () => false);
  const blocks = versions.blocks.filter((_, v) => !silent.has(all[v]));
  return { ...features, versions: { ...left, blocks, tried } };
}

/** The versions that tell nothing. */
export function silentAmong(versions: FidelityNames, tells: (name: string) => boolean): ReadonlySet<string> {
  return new Set(
    Object.entries(versions).flatMap(([feature, at]) => {
      const names = at.map((each): string => fidelityName(feature, each));
      // Each is contained in the next one: what one tells, those after it tell as well.
      const first = names.findIndex(tells);
      return first < 0 ? names : names.slice(0, first);
    }),
  );
}
