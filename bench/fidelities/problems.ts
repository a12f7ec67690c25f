import { type Label, tune } from 'spillway';
import { type TuningProblem, tuningWorkloads } from '../tuning/workloads.js';

/** What is timed: workloads of `tuning`, which any release can tune. */

export const PROBLEMS = ['mail', 'table', 'images'] as const;
export type ProblemName = (typeof PROBLEMS)[number];

/** Shares of the workloads' rows: fits of images take longest. */
const SHARES = { mail: 1, table: 1, images: 0.2 };
const QUICK = 0.25;
const ROUNDS = 100;

/**
 * One of the problems with its rows, ready to be tuned: without `fidelities`, as by a release that has no such option.
 *
 * @returns a function that tunes, and resolves to the expected speedup
 */
export async function problemOf(
  name: ProblemName,
  {
    seed,
    quick,
    fidelities,
  }: { readonly seed: number; readonly quick: boolean; readonly fidelities?: false },
): Promise<() => Promise<number>> {
  const workload = tuningWorkloads.find((each) => each.name === name);
  if (workload === undefined) throw new RangeError(`no workload is named ${name}`);
  const size = { share: SHARES[name] * (quick ? QUICK : 1), rounds: ROUNDS };
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
  return workload.make(seed, size, ready);
}
