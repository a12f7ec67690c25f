import { define, dense, gradientBoosting, type Label, oneHot, tune } from 'spillway';
import { type Flight, loadFlights } from 'spillway/datasets';
import { random } from '../../lib/stats/index.js';
import type { TuningProblem } from '../tuning/workloads.js';
import { tuningWorkloads } from '../tuning/workloads.js';

/** What is timed: pipelines that any release can tune. */

export const PROBLEMS = ['mail', 'flights', 'images'] as const;
export type ProblemName = (typeof PROBLEMS)[number];

/** Images of the workload's 20,000: its fits take longest. */
const IMAGES = 0.2;
const ROUNDS = 100;
const FLIGHTS = { usual: 20_000, quick: 2_000 };

/** When and where a flight leaves: is it late? */
export const flightFeatures = define<Flight, string>({
  when: dense(2, (rows: readonly Flight[]) => {
    const values = new Float32Array(2 * rows.length);
    rows.forEach(({ day, minute }, i) => {
      values[2 * i] = day % 7;
      values[2 * i + 1] = minute;
    });
    return values;
  }),
  distance: dense(1, (rows: readonly Flight[]) => Float32Array.from(rows, ({ distance }) => distance)),
  origin: oneHot(({ origin }) => origin),
  destination: oneHot(({ destination }) => destination),
});

/** Flights of January 2001, so many of them. */
export async function flightRows(seed: number, count: number) {
  const { rows, labels } = await loadFlights({ months: 1 });
  const order = Int32Array.from(rows.keys());
  random(seed).fork('bench fidelities flights').shuffle(order);
  const some = order.subarray(0, count);
  return {
    rows: Array.from(some, (row) => rows[row]),
    labels: Array.from(some, (row): string => (labels[row] > 0 ? 'late' : 'in time')),
  };
}

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
  const given = { seed, ...(fidelities === false && { fidelities }) };
  if (name === 'flights') {
    const data = await flightRows(seed, quick ? FLIGHTS.quick : FLIGHTS.usual);
    return async () => {
      const { plan } = await tune({
        features: flightFeatures,
        ...data,
        full: gradientBoosting({ rounds: ROUNDS }),
        bound: { loss: 'accuracy', epsilon: 0.01, delta: 0.05 },
        repeats: true,
        ...given,
      });
      return plan.expected.speedup;
    };
  }
  const workload = tuningWorkloads.find((each) => each.name === name);
  if (workload === undefined) throw new RangeError(`no workload is named ${name}`);
  const share = (name === 'images' ? IMAGES : 1) * (quick ? 0.2 : 1);
  const ready = async <Row, L extends Label, Name extends string>({
    features,
    rows,
    labels,
    full,
    epsilon,
  }: TuningProblem<Row, L, Name>) => {
    return async () => {
      const { plan } = await tune<Row, L, Name>({
        ...{ features, rows, labels, full },
        bound: { loss: 'disagreement', epsilon, delta: 0.05 },
        repeats: name === 'mail' ? 'copies' : true,
        ...given,
      });
      return plan.expected.speedup;
    };
  };
  return workload.make(seed, { share, rounds: ROUNDS }, ready);
}
