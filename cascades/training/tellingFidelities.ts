import { type Block, gather } from '../../lib/data/blocks/index.js';
import { type FidelityNames, fidelityName, fidelityNames } from '../../lib/features/define/index.js';
import { decideAll } from '../../lib/learn/exits/index.js';
import type { Random } from '../../lib/stats/index.js';
import type { Run } from '../problem/index.js';
import type { Label } from '../types/index.js';
import type { FeatureBlocks } from './featureBlocks.js';
import { type Told, tellsAnything } from './fidelities/index.js';
import type { CrossFittedModel } from './fullModel.js';

/**
 * The versions of features that tell anything of the labels, or of the full model's answers where there are none: no
 * model is fitted to the others. With a given profile these are all that it has.
 *
 * @returns also the names of the others
 */
export function tellingFidelities<Row, L extends Label, Name extends string>(
  { options, problem }: Run<Row, L, Name>,
  { versions }: FeatureBlocks<Row>,
  { scores }: Pick<CrossFittedModel, 'scores'>,
): { readonly fidelities: FidelityNames; readonly silent: ReadonlySet<string> } {
  const { development, decision, width, classes, split, random } = problem;
  const { names } = versions;
  if (options.profile !== undefined || Object.keys(names).length === 0)
    return { fidelities: names, silent: new Set() };
  const values = development.labels ?? decideAll(decision, scores, width);
  const known = split.fit.filter((row) => !Number.isNaN(values[row]));
  const told = { values: Float64Array.from(known, (row) => values[row]), classes: classes.length };
  const own = versions.blocks.map((block) => gather(block, known));
  return tellingAmong(names, options.features.names, own, told, random.fork('fidelities'));
}

/**
 * @param features in whose order versions are
 * @param blocks one a version, over rows that are told
 */
export function tellingAmong(
  names: FidelityNames,
  features: readonly string[],
  blocks: readonly Block[],
  told: Told,
  random: Random,
): { readonly fidelities: FidelityNames; readonly silent: ReadonlySet<string> } {
  const all = fidelityNames(features, names).slice(features.length);
  const silent = new Set<string>(all.filter((name, v) => !tellsAnything(blocks[v], told, random.fork(name))));
  const left = Object.entries(names).map(
    ([feature, at]) => [feature, at.filter((each) => !silent.has(fidelityName(feature, each)))] as const,
  );
  return { fidelities: Object.fromEntries(left.filter(([, at]) => at.length > 0)), silent };
}
