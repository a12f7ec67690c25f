import type { Learner } from '../../lib/learners/index.js';
import { evenWeights, type InferenceCost, type Objective, type Profile } from '../../lib/profile/index.js';
import { type CostedStage, fullCost, stageCosts, type Tracker } from '../stages/index.js';
import type { Label } from '../terms/index.js';
import { type BandSearch, isInside, shortageOf } from './bands.js';
import { type TriedRankStage, tryRankStages } from './candidates.js';
import type { RankStage, Trial } from './chain.js';
import { pathOf } from './path.js';
import type { TopKProblem } from './problem.js';
import { rankNumbers } from './ranking.js';
import { searchRankChain } from './search.js';
import { judge, type Reader, scoreRows } from './tables.js';
import type { Trained } from './training.js';

export interface TuningOptions {
  readonly learners: readonly Learner[];
  readonly objective: Objective;
  readonly budget: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly progress: (step: 'full model' | 'stages' | 'search') => Tracker;
}

/** What the tuning queries decided: the stages that were tried, and each band's path to test. */
export interface Tuned {
  readonly stages: readonly TriedRankStage[];
  readonly searches: readonly BandSearch[];
  /** What was cut from the search, in words. */
  readonly cuts: readonly string[];
}

const NOTHING = 'nothing cheaper: no stages could be expected to keep the promise for less than scoring all';

/** Chains are compared on so many of the queries; the widths of the one that is found are set on all. */
const SEARCHED = 50;

/** At most so many, evenly from all. */
function some(all: readonly number[], most: number): readonly number[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]);
}

/** Tries stages on the tuning queries, and finds each band the chain that costs least. */
export async function tuneBands<Row, L extends Label, Name extends string>(
  { bands, tuning, ranking }: TopKProblem<Row, L>,
  trained: Trained<Row, Name>,
  { learners, objective, budget, signal, progress }: TuningOptions,
): Promise<Tuned> {
  const { fitted, full, profile } = trained;
  const [answers] = await scoreRows(fitted, [fullReader(trained)], tuning, ranking, progress('full model'));
  const queries = judge(tuning, answers, full.model.name);
  const own = bands.map((band) => queries.flatMap(({ k }, q) => (isInside(band.k, k) ? [q] : [])));
  const shortages = bands.map((band, b) => shortageOf(band, own[b].length));
  const whole = fullCost(profile, full.reads, objective);
  const costed = withMargins(profile, ranking.classes.length);
  const trialOf = (among: readonly number[], { question, tests }: (typeof bands)[number]): Trial => ({
    queries: among.map((q) => queries[q]),
    places: among,
    question,
    tests,
    costs: (stages) =>
      stageCosts(costed, stages.map(costedStage), full.reads, objective, evenWeights(1), 1).map(
        ([cost]) => cost,
      ),
    fullCost: whole,
    signal,
    aligned: new Map(),
  });
  const usable = bands.flatMap((band, b) => (shortages[b] === null ? [{ band, own: own[b] }] : []));
  const { stages, cuts } =
    usable.length === 0
      ? { stages: [], cuts: [] }
      : await tryRankStages({
          trained,
          learners,
          set: tuning,
          queries,
          ranking,
          profile,
          objective,
          budget,
          // Stages are made for all bands, and compared where the first one's promise is asked.
          trial: trialOf(
            some(
              usable.flatMap((each) => each.own),
              SEARCHED,
            ),
            usable[0].band,
          ),
          tracker: progress('stages'),
        });
  const searches = bands.map((band, b): BandSearch => {
    const reason = shortages[b];
    if (reason !== null) return { reason };
    const trial = trialOf(own[b], band);
    const found = searchRankChain(stages, trialOf(some(own[b], SEARCHED), band), trial);
    progress('search').onProgress?.((b + 1) / bands.length);
    return found === undefined ? { reason: NOTHING } : { found, path: pathOf(found, whole, trial), trial };
  });
  return { stages, searches, cuts };
}

/** What a learner's models cost where margins are asked for: about one class's part of it. */
function withMargins(profile: Profile, outputs: number): Profile {
  const models = Object.entries(profile.models).flatMap(([name, cost]): [string, InferenceCost][] => [
    [name, cost],
    [marginsOf(name), { ...cost, perRow: cost.perRow / outputs, perEntry: cost.perEntry / outputs }],
  ]);
  return outputs > 2 ? { ...profile, models: Object.fromEntries(models) } : profile;
}

function costedStage({ features, learner, target, passed, cut, asked }: RankStage): CostedStage {
  return { features, learner: asked === 'margin' ? marginsOf(learner) : learner, target, passed, cut };
}

function marginsOf(learner: string): string {
  return `${learner}, margins`;
}

export function fullReader<Row, Name extends string>({ full }: Trained<Row, Name>): Reader {
  return { model: full.model, features: full.reads, numbers: rankNumbers };
}
