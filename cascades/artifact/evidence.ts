import { wrong } from '../../lib/data/artifact/index.js';
import type { State } from '../../lib/util/state.js';
import type { Evidence } from '../plan/index.js';
import type { Label, ServedStage } from '../types/index.js';
import { need } from './pieces.js';
import { checkChain, knownFeatures } from './shapes.js';
import type { Stored, StoredStage } from './stored.js';
import { loadSample, loadTuning } from './tuning.js';

/**
 * Checks that everything exists that the evidence of a file names or counts.
 *
 * @throws ArtifactError `damaged`, naming the place
 */
export function checkEvidence({
  classes,
  features,
  evidence,
}: Pick<Stored<never, Label, string>, 'classes' | 'features' | 'evidence'>): void {
  if (evidence === null) return;
  const known = knownFeatures({ features });
  if (evidence.served >= evidence.paths.length)
    throw wrong('cascade.evidence.served', evidence.served, `below ${evidence.paths.length}`);
  evidence.paths.forEach(({ plans, chain, uses, band, observed: seen, tallies }, p) => {
    const place = `cascade.evidence.paths[${p}]`;
    if (plans.length === 0) throw wrong(`${place}.plans`, plans, 'at least one plan');
    for (const each of [uses, seen, tallies])
      if (each.length !== plans.length) throw wrong(place, each, `one for each of ${plans.length} plans`);
    if (band.length !== 0 && band.length !== plans.length)
      throw wrong(`${place}.band`, band, `${plans.length} limits`);
    plans.forEach((plan, step) => {
      const own = uses[step].map((at) => {
        if (at >= chain.length) throw wrong(`${place}.uses[${step}]`, at, `below ${chain.length}`);
        return chain[at];
      });
      checkChain(`${place}.plans[${step}]`, classes, plan, own, known);
    });
    for (const each of chain) known(`${place}.chain`, each.features);
  });
  const { tuning } = evidence;
  const isWhole =
    tuning === null || evidence.paths.every(({ chain }, p) => tuning.stages[p]?.length === chain.length);
  if (!isWhole) throw wrong('cascade.evidence.tuning', tuning, 'one for each stage of each path');
}

/**
 * The evidence of a file, for new plans and reports.
 *
 * @param stageAt the stages of a chain, given what errors call it
 */
export function loadEvidence<L extends Label, Name extends string>(
  path: string,
  stored: Stored<never, L, Name>['evidence'],
  states: Readonly<Record<string, State>>,
  stageAt: (prefix: string) => (stage: StoredStage, s: number) => ServedStage,
): Evidence<L, Name> | undefined {
  if (!stored) return undefined;
  const { paths, tuning } = stored;
  const { sample } = states;
  return {
    ...stored,
    paths: paths.map(({ chain, ...tested }, p) => ({ ...tested, stages: chain.map(stageAt(`path ${p} `)) })),
    tuning: tuning ? loadTuning(tuning, need(path, states, 'tuning')) : undefined,
    sample:
      sample &&
      loadSample(
        paths.map(({ chain }) => chain.length),
        sample,
      ),
  };
}
