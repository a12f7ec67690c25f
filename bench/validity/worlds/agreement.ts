import { type AgreementWorldOptions, agreementWorld } from '../../../datasets/index.js';
import type { Loss } from '../certify.js';
import { CLASSES, cellsAt, ladder, single } from './cells.js';
import type { Cell, World } from './world.js';

export interface AgreementOptions extends Pick<AgreementWorldOptions, 'doubt' | 'sharpness' | 'accuracy'> {
  readonly name: string;
  readonly loss: Loss;
  readonly n: number;
  readonly epsilon: number;
  readonly delta?: number;
  readonly plans: number;
  readonly trials?: number;
}

/** An `agreementWorld` as far as a path of evenly spaced thresholds can tell its rows apart. */
export function agreement(options: AgreementOptions): World {
  const { name, loss, n, epsilon, delta = 0.05, plans, trials, ...law } = options;
  return {
    name,
    question: { all: [{ loss, epsilon }], delta },
    n,
    classes: CLASSES,
    path: ladder(plans),
    kinds: single(agreementCells(plans, law)),
    grouped: false,
    ...(trials !== undefined && { trials }),
  };
}

/** Rows between neighbouring thresholds, with the world's own disagreement there. */
export function agreementCells(
  plans: number,
  { accuracy = 1, ...law }: Pick<AgreementOptions, 'doubt' | 'sharpness' | 'accuracy'>,
): Cell[] {
  const { trueDisagreement } = agreementWorld({ rows: 1, seed: 1, ...law });
  const upTo = (plan: number) => trueDisagreement(1 - plan / plans / 2);
  return Array.from({ length: plans }, (_, j) => {
    const changed = upTo(j + 1) - upTo(j);
    return cellsAt((j + 0.5) / plans, 1 / plans, {
      worse: accuracy * changed,
      better: (1 - accuracy) * changed,
    });
  }).flat();
}

/**
 * Disagreement u⁴ / 10 where a share u exits: 1 % at 56 %. A prototype's simulation, from which the goals for acceptance
 * come, had such an oracle, and its share of it was 73, 81, 89 and 95 % at n = 500, 1,000, 2,000 and 10,000; here an exact
 * binomial walk gets 75, 82, 89 and 95 %. The full model is right in 63 % of rows, so that accuracy lets 79 % exit.
 */
const TABLE = { doubt: 0.4, sharpness: 3, accuracy: 0.63 };

export function tableWorld(loss: 'disagreement' | 'accuracy', n: number, trials: number): World {
  const epsilon = 0.01;
  const name = tableName(loss, n);
  const world = agreement({ ...TABLE, name, loss, n, epsilon, plans: 200, trials });
  const { thresholdFor, exitRate } = agreementWorld({ rows: 1, seed: 1, ...TABLE });
  const share = loss === 'accuracy' ? 2 * TABLE.accuracy - 1 : 1;
  return { ...world, oracle: exitRate(thresholdFor(epsilon / share)) };
}

export function tableName(loss: 'disagreement' | 'accuracy', n: number): string {
  return `200 thresholds, ${loss}, n = ${n}`;
}
