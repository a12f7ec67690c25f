import { wrong } from '../../lib/data/artifact/index.js';
import type { State } from '../../lib/util/state.js';
import { isVacuous, type PathChanges } from '../certification/index.js';
import { type Evidence, frontierOf } from '../plan/index.js';
import type { Label, ServedStage } from '../types/index.js';
import { requiredState } from './pieces.js';
import { checkChain, knownFeatures } from './shapes.js';
import type { Stored, StoredStage } from './stored.js';
import { loadSample, loadTuning } from './tuning.js';

/**
 * Checks that everything exists that the evidence of a file names or counts. Of the two paths that a file of an
 * earlier release may hold, it is about the served one, and so is the frontier.
 *
 * @throws ArtifactError `damaged`, naming the place
 */
export function checkEvidence<Row, L extends Label, Name extends string>(
  stored: Stored<Row, L, Name>,
): Stored<Row, L, Name> {
  const { classes, features, evidence, certificate } = stored;
  if (evidence === null) return stored;
  const known = knownFeatures({ features });
  const { paths, served, tuning } = evidence;
  if (served >= paths.length) throw wrong('cascade.evidence.served', served, `below ${paths.length}`);
  const { plans, chain, uses, band, observed: seen, tallies, changes } = paths[served];
  const place = `cascade.evidence.paths[${served}]`;
  if (plans.length === 0) throw wrong(`${place}.plans`, plans, 'at least one plan');
  for (const each of [uses, seen, tallies])
    if (each.length !== plans.length) throw wrong(place, each, `one for each of ${plans.length} plans`);
  if (band.length !== 0 && band.length !== plans.length)
    throw wrong(`${place}.band`, band, `${plans.length} limits`);
  if (changes !== undefined) checkChanges(`${place}.changes`, changes, classes.length, plans.length);
  plans.forEach((plan, step) => {
    const own = uses[step].map((at) => {
      if (at >= chain.length) throw wrong(`${place}.uses[${step}]`, at, `below ${chain.length}`);
      return chain[at];
    });
    checkChain(`${place}.plans[${step}]`, classes, plan, own, known);
  });
  for (const each of chain) known.ofStage(`${place}.chain`, each.features);
  if (tuning !== null && tuning.stages[served]?.length !== chain.length)
    throw wrong('cascade.evidence.tuning', tuning, 'one for each stage of the path');
  if (paths.length === 1) return stored;
  const frontier = frontierOf(paths[served], certificate, (epsilon) => !isVacuous(certificate, epsilon));
  return { ...stored, frontier };
}

/** @throws ArtifactError `damaged` for counts of other classes or plans, or of more rows than there are */
function checkChanges(place: string, { samples }: PathChanges, width: number, plans: number): void {
  if (samples.length === 0) throw wrong(place, samples, 'at least one sample');
  for (const { rows, cells } of samples) {
    const fits = (each: readonly number[]) => {
      const left = [...rows];
      for (let i = 0; i < each.length; i += 3) left[each[i]] -= each[i + 2];
      // A class that isn't there, or half a pair, leaves NaN.
      return each.every((value, i) => i % 3 === 2 || value < width) && left.every((count) => count >= 0);
    };
    if (rows.length !== width || cells.length !== plans || !cells.every(fits))
      throw wrong(place, samples, `changes of ${width} classes by ${plans} plans`);
  }
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
  const { paths, served, tuning, tested } = stored;
  const { chain, ...own } = paths[served];
  const { sample } = states;
  return {
    path: { ...own, stages: chain.map(stageAt(`path ${served} `)) },
    tuning: tuning ? loadTuning(tuning, served, requiredState(path, states, 'tuning')) : undefined,
    sample: sample && loadSample(served, chain.length, sample),
    ...(tested && { tested }),
  };
}
