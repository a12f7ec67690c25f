import { testOf } from '../../../../cascades/certification/procedures/index.js';
import { answersOf, type CertificationTable } from '../../../../cascades/certification/table.js';
import type { Limit } from '../../../../cascades/losses/index.js';
import { type Random, random } from '../../../../lib/stats/index.js';

/**
 * Rows of two classes whose usual answer is 0. A full model gives the other one by chance, each time anew: so its two
 * answers to a row are exchangeable, and what a plan loses is known.
 */
export interface PairLaw {
  /** The share of rows that leave at the stage, and of these the share that it answers in the unusual way. */
  readonly exits: number;
  readonly wrong: number;
  /** The chance that the full model gives a row its unusual answer: of rows that leave, and of others. */
  readonly flips: number;
  readonly flipsOfRest: number;
}

/** P(the cascade differs from the first answer) - P(the second does). */
export function trueExcess({ exits, wrong, flips }: PairLaw): number {
  return exits * (1 - 2 * flips) * (wrong - flips);
}

/** P(the cascade differs from the first answer | both answers are alike). */
export function trueStable({ exits, wrong, flips, flipsOfRest }: PairLaw): number {
  const alike = (flip: number) => (1 - flip) ** 2 + flip ** 2;
  const lost = exits * (wrong * (1 - flips) ** 2 + (1 - wrong) * flips ** 2);
  return lost / (exits * alike(flips) + (1 - exits) * alike(flipsOfRest));
}

/** The law with the share of wrong answers at which a loss is `limit`. Both losses are linear in it. */
export function lawAt(law: Omit<PairLaw, 'wrong'>, loss: (law: PairLaw) => number, limit: number): PairLaw {
  const [none, all] = [0, 1].map((wrong) => loss({ ...law, wrong }));
  return { ...law, wrong: (limit - none) / (all - none) };
}

/** Independent rows of a law. */
export function drawPairs(n: number, law: PairLaw, chance: Random): CertificationTable {
  const { exits, wrong, flips, flipsOfRest } = law;
  const confidence = Float64Array.from({ length: n }, () => Number(chance.uniform() < exits));
  const of = (share: (row: number) => number) =>
    Float64Array.from({ length: n }, (_, row) => Number(chance.uniform() < share(row)));
  const flipOf = (row: number) => (confidence[row] === 1 ? flips : flipsOfRest);
  return {
    stages: [{ answers: of(() => wrong), confidence, loss: new Float64Array(n) }],
    full: of(flipOf),
    second: of(flipOf),
    labels: undefined,
    groups: undefined,
    classes: [0, 1],
  };
}

/** Whether the one plan of these rows passes the test of the library, without a band, which takes longer. */
export function isCertified(table: CertificationTable, limit: Limit, delta: number): boolean {
  const plan = table.stages.map(() => Float64Array.of(0.5, 0.5));
  return testOf(limit, delta, table, random(1)).pValue(answersOf(plan, table)) <= delta;
}

/** As if rows that fall through were answered by the first answer, as they are in tuning. */
export function answeredByFirst(table: CertificationTable): CertificationTable {
  const { stages, full } = table;
  const rest = { answers: full, confidence: full.map(() => 1), loss: new Float64Array(full.length) };
  return { ...table, stages: [...stages, rest] };
}
