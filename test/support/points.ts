import { column, columns, define, logisticRegression, tune } from '../../index.js';
import { random } from '../../lib/stats/index.js';
import { profileOf } from './agreement.js';

/** A row of three columns. */
export interface PointOfColumns {
  readonly id: number;
  readonly x: number;
  readonly y: number;
}

/** Ids count from 0. */
export function pointsOf(count: number, seed: number): PointOfColumns[] {
  const draw = random(seed);
  return Array.from({ length: count }, (_, id) => ({ id, x: draw.normal(), y: draw.normal() }));
}

const features = define({ cheap: column('x'), costly: columns(['x', 'y']) });

/** A cascade of one stage, whose features are columns: its file alone answers. */
export function tunePoints(seed: number) {
  const rows = pointsOf(1_000, seed);
  return tune({
    features,
    rows,
    labels: rows.map(({ x, y }) => (x + y > 0 ? 'yes' : 'no')),
    full: logisticRegression(),
    profile: profileOf({ cheap: 1, costly: 100 }, ['logistic-regression']),
    bound: { loss: 'disagreement', epsilon: 0.05, delta: 0.05 },
    split: { folds: 2 },
    seed,
  });
}
