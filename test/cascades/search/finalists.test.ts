import test from 'ava';
import { type Candidate, candidateOf, specKey } from '../../../cascades/chain/index.js';
import { stageEvidence } from '../../../cascades/scoring/index.js';
import { type SearchOptions, searchChains } from '../../../cascades/search/chainSearch.js';
import { EFFORT_SETTINGS } from '../../../cascades/search/effort.js';
import { lightTrainer } from '../../../cascades/search/fewerRows.js';
import { tryFinalists } from '../../../cascades/search/finalists.js';
import { refineStages } from '../../../cascades/search/refine.js';
import { type CandidateOptions, targetsOf, tryFull } from '../../../cascades/search/trials.js';
import type { StageTrainer } from '../../../cascades/training/index.js';
import type { StageSpec } from '../../../cascades/types/index.js';
import { gradientBoosting, type Learner } from '../../../lib/learn/learners/index.js';
import { random } from '../../../lib/stats/index.js';
import { profileOf } from '../../support/agreement.js';
import { specOf, trainerOf } from '../../support/stageTrainer.js';

/** A learner that counts its fits, and the rows of the last. */
function counting() {
  const trees = gradientBoosting({ rounds: 8, maxLeaves: 4, maxBins: 32 });
  const seen = { fits: 0, rows: 0 };
  const learner: Learner = {
    ...trees,
    fit(set, context) {
      seen.fits++;
      seen.rows = set.rows;
      return trees.fit(set, context);
    },
  };
  return { learner, seen };
}

const COSTS: Readonly<Record<string, number>> = { a: 1, b: 10, c: 100 };
const FULL = 1_000;

/** Each feature is paid by the first stage that reads it, and the full model by the rows that reach it. */
function even(stages: readonly Pick<StageSpec, 'features'>[]): number[] {
  let paid: readonly string[] = [];
  const costs = stages.map(({ features }) => {
    const more = features.filter((name) => !paid.includes(name));
    paid = features;
    return more.reduce((sum, name) => sum + (COSTS[name] ?? 0), 0);
  });
  return [...costs, FULL];
}

function compare({ split, width, loss }: StageTrainer): SearchOptions {
  const rows = split.scored.length;
  const costs = (stages: readonly Candidate[]) =>
    even(stages).map((cost) => new Float64Array(rows).fill(cost));
  return { rows, width, costs, even, target: loss.target };
}

const options: CandidateOptions = {
  profile: profileOf(COSTS, ['gradient-boosting']),
  objective: 'throughput',
  fullCost: 1_111,
  plan: { budget: 1e12, fullWork: 0, rounds: [], first: [], later: [], reductions: [] },
  compare,
  effort: EFFORT_SETTINGS.default,
  random: random(2),
};

test('contenders are fitted in the first round, and the stages of the best chains in the others too', async (t) => {
  const { learner, seen } = counting();
  const trainer = trainerOf({ rows: 6_300, folds: 3, learners: [learner] });
  const specs = [['a'], ['b'], ['c'], ['a', 'b'], ['b', 'c']].map((features) => specOf(trainer, ...features));
  const shares: number[] = [];
  const { candidates, others } = await tryFinalists(trainer, specs, [], options, (share) =>
    shares.push(share),
  );
  const chosen = new Set(candidates.map(specKey));
  t.true(chosen.size > 0 && chosen.size < specs.length, `${chosen.size} finalists`);
  t.is(seen.fits, specs.length + 2 * chosen.size);
  t.is(others.length, specs.length - chosen.size);
  t.true(others.every((other) => !chosen.has(specKey(other)) && other.agreement > 0.4));
  t.is(shares.length, specs.length);

  const all = (await Promise.all(specs.map((spec) => tryFull(trainer, spec, options)))).flat();
  const [best] = searchChains(all, compare(trainer));
  const [found] = searchChains(candidates, compare(trainer));
  t.is(found.cost, best.cost);
  t.deepEqual(
    candidates,
    all.filter((candidate) => chosen.has(specKey(candidate))),
  );
});

test('of a subset one target is tried first, and the other where the subset is in the best chain', async (t) => {
  const { learner, seen } = counting();
  const trainer = trainerOf({ rows: 6_300, folds: 3, learners: [learner] });
  const kinds = ['labels', 'answers'] as const;
  const specs = [['a', 'b'], ['c']].flatMap((features) =>
    kinds.map((target) => ({ ...specOf(trainer, ...features), target })),
  );
  const { candidates, others } = await tryFinalists(trainer, specs, [], options, () => {});
  const tried = new Set([...candidates, ...others].map(specKey));
  t.deepEqual([...tried].sort(), specs.slice(0, 3).map(specKey).sort(), 'c knows nothing');
  t.is(seen.fits, 3 + 2 * candidates.length);
  t.is(new Set(candidates.map(specKey)).size, 1, 'the better one of a subset is enough');
});

test('the target that is tried first is what the loss compares answers with', (t) => {
  const trainer = trainerOf({ rows: 60, folds: 2, learners: [counting().learner] });
  t.deepEqual(targetsOf(trainer), ['answers', 'labels']);
  const harm = { ...trainer, loss: { ...trainer.loss, needsLabels: true } };
  t.deepEqual(targetsOf(harm), ['labels', 'answers']);
  const { labels } = trainer.targets;
  t.deepEqual(targetsOf({ ...trainer, targets: { ...(labels && { labels }) } }), ['labels']);
});

test('free stages that let nothing out don’t crowd other chains out of the beam', async (t) => {
  const trainer = trainerOf({ rows: 900, folds: 3, learners: [counting().learner] });
  const free = Array.from({ length: 8 }, (_, i) => `free ${i}`);
  const stages = (
    await Promise.all(
      [['a'], ['a', 'b']].map((names) => tryFull(trainer, specOf(trainer, ...names), options)),
    )
  ).flatMap(([whole]) => ({ ...whole, features: [...whole.features, ...free] }));
  const confidence = new Float64Array(900).fill(Number.NaN);
  const idle = free.map((name) =>
    candidateOf({ ...stages[0], features: [name] }, { ...stages[0].evidence, confidence }, 2),
  );
  const found = searchChains([...idle, ...stages], compare(trainer));
  t.deepEqual(
    found.filter(
      ({ chain }) => chain.stages.length > 1 && chain.stages.some((stage) => idle.includes(stage)),
    ),
    [],
  );
  t.is(found[0].cost, searchChains(stages, compare(trainer))[0].cost);
});

test('with few rows contenders are fitted in all rounds at once', async (t) => {
  const { learner, seen } = counting();
  const trainer = trainerOf({ rows: 600, folds: 3, learners: [learner] });
  const specs = [specOf(trainer, 'a'), specOf(trainer, 'b')];
  const { candidates, others } = await tryFinalists(trainer, specs, [], options, () => {});
  t.is(candidates.length, 2);
  t.deepEqual(others, []);
  t.is(seen.fits, 6);
});

test('a stage that hardly anything is paid after isn’t refitted', async (t) => {
  const { learner, seen } = counting();
  const trainer = trainerOf({ rows: 900, folds: 3, learners: [learner] });
  const specs = [specOf(trainer, 'a'), specOf(trainer, 'a', 'b')];
  const stages = (await Promise.all(specs.map((spec) => tryFull(trainer, spec, options)))).flat();
  const chain = { stages, costs: compare(trainer).costs(stages), rows: 900, width: 2 };
  const found = { chain, cost: 500 };
  const before = seen.fits;
  await refineStages(trainer, found, compare, random(3));
  // Two targets in three rounds.
  t.is(seen.fits, before + 6);
  const free = { ...found, chain: { ...chain, costs: chain.costs.with(2, new Float64Array(900)) } };
  t.is(await refineStages(trainer, free, compare, random(3)), free);
  t.is(seen.fits, before + 6);
});

test('a stage that gains nothing in the first round is refitted in no other', async (t) => {
  const { learner, seen } = counting();
  const trainer = trainerOf({ rows: 6_300, folds: 3, learners: [learner] });
  const specs = [specOf(trainer, 'a'), specOf(trainer, 'a', 'b', 'c')];
  const stages = (await Promise.all(specs.map((spec) => tryFull(trainer, spec, options)))).flat();
  // A later stage that knows 19 rows of 20, and says which: refitted trees of few leaves are worse.
  const [early, late] = stages;
  const truth = trainer.targets.labels?.truth ?? new Float64Array(0);
  const isSure = (row: number) => row % 20 > 0;
  const sureness = (row: number) => 0.9 + (row % 997) / 10_000;
  const scores = Float64Array.from({ length: 2 * 6_300 }, (_, i) => {
    const row = i >> 1;
    if (!isSure(row)) return 0.5;
    return truth[row] === i % 2 ? sureness(row) : 1 - sureness(row);
  });
  const evidence = stageEvidence(trainer.loss.lost, trainer.rule, scores.slice(), 2);
  const sure = [early, candidateOf({ ...late, scores }, evidence, 2)];
  const chain = { stages: sure, costs: compare(trainer).costs(sure), rows: 6_300, width: 2 };
  const before = seen.fits;
  const refined = await refineStages(trainer, { chain, cost: 500 }, compare, random(3));
  t.is(refined.chain, chain);
  t.is(seen.fits, before + 1);
});

test('trials take few rows, few rounds and lighter learners, where that saves enough', (t) => {
  const many = lightTrainer(trainerOf({ rows: 12_600, folds: 3 }), random(4));
  t.deepEqual(
    many?.rounds.map(({ fit }) => fit.length),
    [2_100],
  );
  t.is(many?.split.scored.length, 4_000);
  const few = trainerOf({ rows: 2_100, folds: 3 });
  // Rows aren't many, but the lighter trees are of 8 rounds in place of 64.
  const lighter = lightTrainer({ ...few, learners: [gradientBoosting({ rounds: 64 })] }, random(4));
  t.is(lighter?.rounds.length, 3);
  const { lighter: _, ...heavy } = gradientBoosting({ rounds: 64 });
  t.is(lightTrainer({ ...few, learners: [heavy] }, random(4)), undefined);
  t.is(lightTrainer(trainerOf({ rows: 1_500, folds: 3 }), random(4)), undefined);
});
