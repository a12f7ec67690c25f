import { type Label, tune } from 'spillway';
import type { Size } from '../harness/harness.js';
import { type TuningProblem, tuningWorkloads } from '../tuning/workloads.js';

/** What is timed: workloads of `tuning`, which any release can tune. */

export const PROBLEMS = ['mail', 'table', 'images'] as const;
export type ProblemName = (typeof PROBLEMS)[number];

/**
 * Shares of the workloads' rows: nine runs of each are to end within six minutes, and fits of images take longest.
 */
export const SHARES: Readonly<Record<Size, Readonly<Record<ProblemName, number>>>> = {
  quick: { mail: 0.1, table: 0.03, images: 0.01 },
  usual: { mail: 0.25, table: 0.3, images: 0.05 },
  full: { mail: 1, table: 1, images: 0.2 },
};
/** Rounds of boosted trees. */
const ROUNDS = 100;

/**
 * One of the problems with its rows, ready to be tuned: without `fidelities`, as by a release that has no such option.
 *
 * @returns a function that tunes, and resolves to the expected speedup
 */
export async function problemOf(
  name: ProblemName,
  { seed, size, fidelities }: { readonly seed: number; readonly size: Size; readonly fidelities?: false },
): Promise<() => Promise<number>> {
  const workload = tuningWorkloads.find((each) => each.name === name);
  if (workload === undefined) throw new RangeError(`no workload is named ${name}`);
  const tuned = { share: SHARES[size][name], rounds: ROUNDS };
  const ready = async <Row, L extends Label, Name extends string>({
    features,
    rows,
    labels,
    full,
    epsilon,
  }: TuningProblem<Row, L, Name>) => {
    return async () => {
      const { plan } = await tune<Row, L, Name>({
        ...{ features, rows, labels, full, seed },
        bound: { loss: name === 'mail' ? 'disagreement' : 'accuracy', epsilon, delta: 0.05 },
        repeats: name === 'mail' ? 'copies' : true,
        ...(fidelities === false && { fidelities }),
      });
      return plan.expected.speedup;
    };
  };
  return workload.make(seed, tuned, ready);
}
