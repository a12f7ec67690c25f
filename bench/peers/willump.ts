import { sum } from 'simple-statistics';
import type { Cascade, FeatureSet, Label, Learner, Model, Profile } from 'spillway';
import { type FittedFeature, RowView } from 'spillway/extend';
import { type Block, gather, stack } from '../../lib/data/blocks/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import { twoStages } from '../harness/parts.js';

/**
 * Willump's end-to-end cascades as published (Kraft et al., MLSys 2020, section 4.2): two stages,
 * one symmetric threshold, everything chosen on one held-out quarter by point estimates. Its
 * cascade runs on this library's engine, features and models, so that only the plan differs.
 */

const CAPS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
const LADDER = [0.6, 0.7, 0.8, 0.9, 1];
const TOLERANCE = 0.001;
const HELD_OUT = 0.25;
/** The knapsack counts costs in thousandths of the total, rounded up so that a cap is kept. */
const UNITS = 1000;

export interface WillumpOptions<Row, L extends Label, Name extends string> {
  readonly features: FeatureSet<Row, Name>;
  readonly rows: readonly Row[];
  readonly labels: readonly L[];
  /** Two; the second is the positive one. */
  readonly classes: readonly [L, L];
  readonly learner: Learner;
  /** Not looked at: a cascade carries one. */
  readonly profile: Profile<Name>;
  readonly seed: number;
}

export async function tuneWillump<Row, L extends Label, Name extends string>(
  options: WillumpOptions<Row, L, Name>,
): Promise<Cascade<Row, L, Name>> {
  const { features, rows, classes, learner, profile, seed } = options;
  const { names } = features;
  const draw = random(seed).fork('willump');
  const order = Int32Array.from(rows.keys());
  draw.shuffle(order);
  const cut = Math.round(rows.length * HELD_OUT);
  const parts = { held: order.slice(0, cut), fit: order.slice(cut) };

  const fitted = [];
  for (const name of names) fitted.push({ name, fitted: await features.get(name).fit(RowView.of(rows)) });
  const computed = fitted.map((feature) => timed(feature.fitted, rows));
  const costs = computed.map(({ microseconds }) => microseconds);
  const blocks = computed.map(({ block }) => block);
  const labels = Int32Array.from(options.labels, (label) => classes.indexOf(label));
  const fit = (subset: readonly number[], on: Int32Array) =>
    learner.fit(
      {
        blocks: subset.map((f) => gather(blocks[f], on)),
        rows: on.length,
        classes: 2,
        labels: Int32Array.from(on, (row) => labels[row]),
      },
      { seed },
    );

  const all = [...names.keys()];
  const full = await fit(all, parts.fit);
  const held = blocks.map((block) => gather(block, parts.held));
  const truth = Int32Array.from(parts.held, (row) => labels[row]);
  const positive = await positives(full, held);
  const importance = await permutationImportance(full, held, truth, draw);

  let best: Choice = { subset: [], threshold: 1, exits: 0, cost: sum(costs) };
  for (const subset of subsetsByCap(importance, costs)) {
    const approximate = await fit(subset, parts.fit);
    const scores = await positives(
      approximate,
      subset.map((f) => held[f]),
    );
    const { threshold, exits } = chooseThreshold(scores, positive, truth);
    const cost = expectedCost(exits, sum(subset.map((f) => costs[f])), sum(costs));
    if (cost < best.cost) best = { subset, threshold, exits, cost };
  }

  // Without a subset there is no approximate model; any will do for a stage at which no row leaves.
  const subset = best.subset.length > 0 ? best.subset : [costs.indexOf(Math.min(...costs))];
  return twoStages({
    features,
    fitted,
    classes,
    learner,
    full: await fit(all, order),
    approximate: {
      model: await fit(subset, order),
      features: subset.map((f) => names[f]),
      threshold: best.threshold,
    },
    exits: best.exits,
    costs: { approximate: sum(subset.map((f) => costs[f])), full: sum(costs) },
    profile,
  });
}

interface Choice {
  /** Positions of features. */
  readonly subset: readonly number[];
  readonly threshold: number;
  readonly exits: number;
  readonly cost: number;
}

/** The knapsack's answer for each cap, each subset once, none empty. */
export function subsetsByCap(importance: readonly number[], costs: readonly number[]): number[][] {
  const total = sum(costs);
  const weights = costs.map((cost) => Math.ceil((cost / total) * UNITS));
  const subsets = CAPS.map((cap) => knapsack(importance, weights, Math.round(cap * UNITS)));
  const seen = new Map(subsets.map((subset) => [subset.join(), subset]));
  return [...seen.values()].filter((subset) => subset.length > 0);
}

/**
 * The lowest threshold t of the ladder for which the held-out accuracy is above the full model's
 * less the tolerance, when rows with p > t or p < 1 - t are answered by the approximate model: the
 * lowest lets the most rows leave.
 *
 * @param scores the approximate model's probability of the positive class
 * @param full the full model's
 * @param truth 1 for the positive class
 */
export function chooseThreshold(
  scores: Float64Array,
  full: Float64Array,
  truth: Int32Array,
): { threshold: number; exits: number } {
  const answer = (p: number) => Number(p > 0.5);
  const goal = rightShare(truth, (row) => answer(full[row])) - TOLERANCE;
  for (const threshold of LADDER) {
    const leaves = (row: number) => scores[row] > threshold || scores[row] < 1 - threshold;
    const right = rightShare(truth, (row) => answer(leaves(row) ? scores[row] : full[row]));
    if (right > goal)
      return { threshold, exits: truth.filter((_, row) => leaves(row)).length / truth.length };
  }
  return { threshold: 1, exits: 0 };
}

/** The cost of a row if a share `exits` leaves after the subset's cost. */
export function expectedCost(exits: number, subset: number, all: number): number {
  return exits * subset + (1 - exits) * all;
}

/** One run of a feature over all rows, timed once: the published measure of its cost. */
function timed<Row>(
  feature: FittedFeature<Row>,
  rows: readonly Row[],
): { block: Block; microseconds: number } {
  const batches: Block[] = [];
  let milliseconds = 0;
  for (let from = 0; from < rows.length; from += 1024) {
    const view = RowView.of(rows.slice(from, from + 1024));
    const start = performance.now();
    const block = feature.compute(view);
    milliseconds += performance.now() - start;
    if (block instanceof Promise) throw new TypeError('this peer computes features that answer at once');
    batches.push(block);
  }
  return { block: stack(batches), microseconds: (milliseconds * 1000) / rows.length };
}

/** The accuracy lost when one feature's columns are shuffled among the held-out rows, once for each feature. */
async function permutationImportance(
  full: Model,
  held: readonly Block[],
  truth: Int32Array,
  draw: Random,
): Promise<number[]> {
  const accuracy = async (blocks: readonly Block[]) => {
    const scores = await positives(full, blocks);
    return rightShare(truth, (row) => Number(scores[row] > 0.5));
  };
  const before = await accuracy(held);
  const order = Int32Array.from(truth.keys());
  const losses: number[] = [];
  for (let f = 0; f < held.length; f++) {
    draw.shuffle(order);
    losses.push(before - (await accuracy(held.with(f, gather(held[f], order)))));
  }
  return losses;
}

/** Each row's probability of the positive class. */
async function positives(model: Model, blocks: readonly Block[]): Promise<Float64Array> {
  const scores = new Float64Array(blocks[0].rows * 2);
  await model.score(blocks, scores);
  return scores.filter((_, i) => i % 2 === 1);
}

function rightShare(truth: Int32Array, answer: (row: number) => number): number {
  return truth.reduce((right, label, row) => right + Number(answer(row) === label), 0) / truth.length;
}

/**
 * The items of greatest total value whose weights sum to at most `capacity`, by dynamic programming over capacities
 * (Martello and Toth, Knapsack Problems, 1990, section 2.6). Items without a positive value are never taken.
 *
 * @param weights whole numbers, 0 or more; so is `capacity`
 * @returns positions, ascending
 */
export function knapsack(values: readonly number[], weights: readonly number[], capacity: number): number[] {
  const best = new Float64Array(capacity + 1);
  const taken = values.map(() => new Uint8Array(capacity + 1));
  values.forEach((value, item) => {
    if (!(value > 0)) return;
    for (let room = capacity; room >= weights[item]; room--) {
      const with_ = best[room - weights[item]] + value;
      if (with_ <= best[room]) continue;
      best[room] = with_;
      taken[item][room] = 1;
    }
  });
  const chosen: number[] = [];
  for (let item = values.length - 1, room = capacity; item >= 0; item--) {
    if (taken[item][room] === 0) continue;
    chosen.unshift(item);
    room -= weights[item];
  }
  return chosen;
}
