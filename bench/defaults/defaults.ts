import { compareVariants, VARIANT_HEAD, type VariantFigures, variantLines } from '../fidelities/compare.js';
import { columns } from '../harness/checks.js';
import { sizeOf, type Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { defaultsChecks } from './checks.js';
import { openable, peersOf } from './needs.js';
import type { Use } from './problem.js';
import { PROBLEMS } from './problems.js';

const SEEDS = { quick: [1], usual: [1], full: [1, 2, 3] };
/** `tune` with features, rows, labels, a full model and a bound alone, beside the best options by hand. */
export const defaults: Workload = {
  peers: ({ cases = Object.keys(PROBLEMS) }) => peersOf(cases),
  async run({ seeds: chosen, quick, full, cases = Object.keys(PROBLEMS), log }) {
    const size = sizeOf({ quick, full });
    const seeds = chosen ?? SEEDS[size];
    const comparisons: Record<string, VariantFigures[][]> = {};
    for (const [name, problem] of openable(cases)) {
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
      checks: all.flatMap(([name, perSeed]) => defaultsChecks(name, perSeed)),
    };
    const tables = all.map(
      ([name, perSeed]) => `${name}\n${columns([[...VARIANT_HEAD], ...variantLines(perSeed)])}`,
    );
    return { json, table: tables.join('\n\n') };
  },
};
