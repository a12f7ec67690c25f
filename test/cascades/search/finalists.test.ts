import test from 'ava';
import { type Candidate, candidateOf, specKey } from '../../../cascades/chain/index.js';
import { stageEvidence } from '../../../cascades/scoring/index.js';
import { type SearchOptions, searchChains } from '../../../cascades/search/chainSearch.js';
import { EFFORT_SETTINGS } from '../../../cascades/search/effort.js';
import { lightTrial } from '../../../cascades/search/fewerRows.js';
import { tryFinalists } from '../../../cascades/search/finalists.js';
import { refineStages } from '../../../cascades/search/refine.js';
import { type CandidateOptions, targetsOf, tryFull } from '../../../cascades/search/trials.js';
import type { Judging, Material } from '../../../cascades/training/index.js';
import type { StageSpec } from '../../../cascades/types/index.js';
import { gradientBoosting, type Learner } from '../../../lib/learn/learners/index.js';
import { random } from '../../../lib/stats/index.js';
import { profileOf } from '../../support/agreement.js';
import { specOf, stagesOf } from '../../support/judging.js';

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

function compare({ scored, loss }: Judging): SearchOptions {
  const rows = scored.length;
  const costs = (stages: readonly Candidate[]) =>
    even(stages).map((cost) => new Float64Array(rows).fill(cost));
  return { rows, width: 2, costs, even, target: loss.target };
}

const optionsOf = (material: Material): CandidateOptions => ({
  material,
  profile: profileOf(COSTS, ['gradient-boosting']),
  objective: 'throughput',
  fullCost: 1_111,
  plan: { budget: 1e12, fullWork: 0, oneFit: 1e12, rounds: [], first: [], later: [], reductions: [] },
  compare,
  effort: EFFORT_SETTINGS.default,
  random: random(2),
});

test('contenders are fitted in the first round, and the stages of the best chains in the others too', async (t) => {
  const { learner, seen } = counting();
  const { material, judging } = stagesOf({ rows: 6_300, folds: 3, learners: [learner] });
  const options = optionsOf(material);
  const specs = [['a'], ['b'], ['c'], ['a', 'b'], ['b', 'c']].map((features) => specOf(judging, ...features));
  const shares: number[] = [];
  const { candidates, others } = await tryFinalists(judging, specs, [], options, (share) =>
    shares.push(share),
  );
  const chosen = new Set(candidates.map(specKey));
  t.true(chosen.size > 0 && chosen.size < specs.length, `${chosen.size} finalists`);
  t.is(seen.fits, specs.length + 2 * chosen.size);
  t.is(others.length, specs.length - chosen.size);
  t.true(others.every((other) => !chosen.has(specKey(other)) && other.agreement > 0.4));
  t.is(shares.length, specs.length);

  const all = (await Promise.all(specs.map((spec) => tryFull(judging, spec, options)))).flat();
  const [best] = searchChains(all, compare(judging));
  const [found] = searchChains(candidates, compare(judging));
  t.is(found.cost, best.cost);
  t.deepEqual(
    candidates,
    all.filter((candidate) => chosen.has(specKey(candidate))),
  );
});

test('of a subset one target is tried first, and the other where the subset is in the best chain', async (t) => {
  const { learner, seen } = counting();
  const { material, judging } = stagesOf({ rows: 6_300, folds: 3, learners: [learner] });
  const options = optionsOf(material);
  const kinds = ['labels', 'answers'] as const;
  const specs = [['a', 'b'], ['c']].flatMap((features) =>
    kinds.map((target) => ({ ...specOf(judging, ...features), target })),
  );
  const { candidates, others } = await tryFinalists(judging, specs, [], options, () => {});
  const tried = new Set([...candidates, ...others].map(specKey));
  t.deepEqual([...tried].sort(), specs.slice(0, 3).map(specKey).sort(), 'c knows nothing');
  t.is(seen.fits, 3 + 2 * candidates.length);
  t.is(new Set(candidates.map(specKey)).size, 1, 'the better one of a subset is enough');
});

test('the target that is tried first is what the loss compares answers with', (t) => {
  const { material, judging } = stagesOf({ rows: 60, folds: 2, learners: [counting().learner] });
  t.deepEqual(targetsOf(material, judging), ['answers', 'labels']);
  const harm = { ...judging, loss: { ...judging.loss, needsLabels: true } };
  t.deepEqual(targetsOf(material, harm), ['labels', 'answers']);
  const { labels } = material.targets;
  t.deepEqual(targetsOf({ ...material, targets: { ...(labels && { labels }) } }, judging), ['labels']);
});

test('free stages that let nothing out don’t crowd other chains out of the beam', async (t) => {
  const { material, judging } = stagesOf({ rows: 900, folds: 3, learners: [counting().learner] });
  const options = optionsOf(material);
  const free = Array.from({ length: 8 }, (_, i) => `free ${i}`);
  const stages = (
    await Promise.all(
      [['a'], ['a', 'b']].map((names) => tryFull(judging, specOf(judging, ...names), options)),
    )
  ).flatMap(([whole]) => ({ ...whole, features: [...whole.features, ...free] }));
  const confidence = new Float64Array(900).fill(Number.NaN);
  const idle = free.map((name) =>
    candidateOf({ ...stages[0], features: [name] }, { ...stages[0].evidence, confidence }, 2),
  );
  const found = searchChains([...idle, ...stages], compare(judging));
  t.deepEqual(
    found.filter(
      ({ chain }) => chain.stages.length > 1 && chain.stages.some((stage) => idle.includes(stage)),
    ),
    [],
  );
  t.is(found[0].cost, searchChains(stages, compare(judging))[0].cost);
});

test('with few rows contenders are fitted in all rounds at once', async (t) => {
  const { learner, seen } = counting();
  const { material, judging } = stagesOf({ rows: 600, folds: 3, learners: [learner] });
  const options = optionsOf(material);
  const specs = [specOf(judging, 'a'), specOf(judging, 'b')];
  const { candidates, others } = await tryFinalists(judging, specs, [], options, () => {});
  t.is(candidates.length, 2);
  t.deepEqual(others, []);
  t.is(seen.fits, 6);
});

test('a stage that hardly anything is paid after isn’t refitted', async (t) => {
  const { learner, seen } = counting();
  const { material, judging } = stagesOf({ rows: 900, folds: 3, learners: [learner] });
  const options = optionsOf(material);
  const specs = [specOf(judging, 'a'), specOf(judging, 'a', 'b')];
  const stages = (await Promise.all(specs.map((spec) => tryFull(judging, spec, options)))).flat();
  const chain = { stages, costs: compare(judging).costs(stages), rows: 900, width: 2 };
  const found = { chain, cost: 500 };
  const before = seen.fits;
  await refineStages(material, judging, found, compare, random(3));
  // To its own target, in three rounds.
  t.is(seen.fits, before + 3);
  const free = { ...found, chain: { ...chain, costs: chain.costs.with(2, new Float64Array(900)) } };
  t.is(await refineStages(material, judging, free, compare, random(3)), free);
  t.is(seen.fits, before + 3);
});

test('a stage that gains nothing in the first round is refitted in no other', async (t) => {
  const { learner, seen } = counting();
  const { material, judging } = stagesOf({ rows: 6_300, folds: 3, learners: [learner] });
  const options = optionsOf(material);
  const specs = [specOf(judging, 'a'), specOf(judging, 'a', 'b', 'c')];
  const stages = (await Promise.all(specs.map((spec) => tryFull(judging, spec, options)))).flat();
  // A later stage that knows 19 rows of 20, and says which: refitted trees of few leaves are worse.
  const [early, late] = stages;
  const truth = material.targets.labels?.truth ?? new Float64Array(0);
  const isSure = (row: number) => row % 20 > 0;
  const sureness = (row: number) => 0.9 + (row % 997) / 10_000;
  const scores = Float64Array.from({ length: 2 * 6_300 }, (_, i) => {
    const row = i >> 1;
    if (!isSure(row)) return 0.5;
    return truth[row] === i % 2 ? sureness(row) : 1 - sureness(row);
  });
  const evidence = stageEvidence(judging.loss.lost, material.rule, scores.slice(), 2);
  const sure = [early, candidateOf({ ...late, scores }, evidence, 2)];
  const chain = { stages: sure, costs: compare(judging).costs(sure), rows: 6_300, width: 2 };
  const before = seen.fits;
  const refined = await refineStages(material, judging, { chain, cost: 500 }, compare, random(3));
  t.is(refined.chain, chain);
  t.is(seen.fits, before + 1);
});

test('trials take few rows, few rounds and lighter learners, where that saves enough', (t) => {
  const { material, judging } = stagesOf({ rows: 12_600, folds: 3 });
  const many = lightTrial(material, judging, random(4));
  t.deepEqual(
    many?.rounds.map(({ fit }) => fit.length),
    [2_100],
  );
  t.is(many?.scored.length, 4_000);
  const few = stagesOf({ rows: 2_100, folds: 3 });
  const withLearner = (learner: Learner) =>
    lightTrial(few.material, { ...few.judging, learners: [learner] }, random(4));
  // Rows aren't many, but the lighter trees are of 8 rounds in place of 64.
  t.is(withLearner(gradientBoosting({ rounds: 64 }))?.rounds.length, 3);
  const { lighter: _, ...heavy } = gradientBoosting({ rounds: 64 });
  t.is(withLearner(heavy), undefined);
  const fewer = stagesOf({ rows: 1_500, folds: 3 });
  t.is(lightTrial(fewer.material, fewer.judging, random(4)), undefined);
});
