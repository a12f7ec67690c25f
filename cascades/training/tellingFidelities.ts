import { gather } from '../../lib/data/blocks/index.js';
import { type FidelityNames, fidelityName, fidelityNames } from '../../lib/features/define/index.js';
import { decideAll } from '../../lib/learn/exits/index.js';
import type { Run } from '../problem/index.js';
import type { Label } from '../types/index.js';
import type { FeatureBlocks } from './featureBlocks.js';
import { tellsAnything } from './fidelities/index.js';
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
  const draw = random.fork('fidelities');
  // Versions are in the order of features.
  const all = fidelityNames(options.features.names, names).slice(options.features.names.length);
  const silent = new Set<string>(
    all.filter((name, v) => !tellsAnything(gather(versions.blocks[v], known), told, draw.fork(name))),
  );
  const left = Object.entries(names).map(
    ([feature, at]) => [feature, at.filter((each) => !silent.has(fidelityName(feature, each)))] as const,
  );
  return { fidelities: Object.fromEntries(left.filter(([, at]) => at.length > 0)), silent };
}
