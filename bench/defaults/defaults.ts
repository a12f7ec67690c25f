import { median } from 'simple-statistics';
import { compareVariants, VARIANT_HEAD, type VariantFigures, variantLines } from '../fidelities/compare.js';
import { MANUALS } from '../fidelities/manuals.js';
import { atLeast, type Check, columns } from '../harness/checks.js';
import { sizeOf, type Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { DUCKDB, MINILM, REDIS, SKLEARN_PIPELINES, TRANSFORMERS } from '../peers/known.js';
import type { Use } from './problem.js';
import { PROBLEMS } from './problems.js';

const SEEDS = { quick: [1], usual: [1], full: [1, 2, 3] };
const NEEDS = {
  sentences: [MINILM, TRANSFORMERS],
  manuals: [MANUALS],
  flights: [REDIS, DUCKDB],
  senses: [SKLEARN_PIPELINES],
};

/** `tune` with features, rows, labels, a full model and a bound alone, beside the best options by hand. */
export const defaults: Workload = {
  peers: ({ cases = Object.keys(PROBLEMS) }) =>
    Object.entries(NEEDS).flatMap(([name, peers]) =>
      cases.includes(name) ? peers.map((peer) => ({ peer, checks: [`${name}: `] })) : [],
    ),
  async run({ seeds: chosen, quick, full, cases = Object.keys(PROBLEMS), log }) {
    const size = sizeOf({ quick, full });
    const seeds = chosen ?? SEEDS[size];
    const missing = Object.entries(NEEDS).flatMap(([name, peers]) =>
      cases.includes(name) && peers.some((peer) => peer.missing() !== undefined) ? [name] : [],
    );
    const comparisons: Record<string, VariantFigures[][]> = {};
    for (const [name, problem] of Object.entries(PROBLEMS)) {
      if (!cases.includes(name) || missing.includes(name)) continue;
      log(name);
      comparisons[name] = [];
      for (const seed of seeds) {
        const compare: Use<VariantFigures[]> = (variants, split) =>
          compareVariants(variants, split, seed, log);
        comparisons[name].push(await problem(seed, size, compare));
      }
    }
    const all = Object.entries(comparisons);
    const json = {
      workload: 'defaults',
      quick,
      machine: machine(),
      versions: versions(),
      seeds,
      comparisons,
      checks: all.map(([name, perSeed]) => checkOf(name, perSeed)),
    };
    const tables = all.map(
      ([name, perSeed]) => `${name}\n${columns([[...VARIANT_HEAD], ...variantLines(perSeed)])}`,
    );
    return { json, table: tables.join('\n\n') };
  },
};

/** The last variant is the default, the others are by hand: the best of them counts. */
function checkOf(name: string, perSeed: readonly (readonly VariantFigures[])[]): Check {
  const ratios = perSeed.map((variants) => {
    const [own, ...byHand] = [...variants].reverse().map(({ speedup }) => speedup);
    return own / Math.max(...byHand);
  });
  return atLeast(`${name}: speedup by default, over the best options by hand`, median(ratios), 0.95);
}
