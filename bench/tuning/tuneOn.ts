import { type Cascade, type Label, type TuneOptions, tune } from 'spillway';
import type { TuningProblem } from './workloads.js';

/** What the benches of tuning vary. */
export type TuneWith<Row, L extends Label, Name extends string> = Pick<
  TuneOptions<Row, L, Name>,
  'effort' | 'budget' | 'profile' | 'threads' | 'onProgress'
>;

/** Tunes a problem as all benches of tuning do. */
export function tuneOn<Row, L extends Label, Name extends string>(
  { features, rows, labels, full, epsilon }: Omit<TuningProblem<Row, L, Name>, 'unseen'>,
  seed: number,
  rest: TuneWith<Row, L, Name> = {},
): Promise<Cascade<Row, L, Name>> {
  return tune<Row, L, Name>({
    features,
    rows,
    labels,
    full,
    bound: { loss: 'accuracy', epsilon, delta: 0.05 },
    // Rows of a generator are draws, and so are images that happen to be equal.
    repeats: true,
    seed,
    date: new Date(0),
    ...rest,
  });
}
