import { sum } from 'simple-statistics';
import { type Answers, Cascade, type Label } from 'spillway';
import type { Parts } from '../harness/parts.js';

/** A cascade's own chain with perfect exits: what no choice of thresholds could beat. */
export interface Oracle<Row, L extends Label> {
  /** The stage at which each row leaves: the cheapest that agrees with the full model. */
  readonly exits: Uint8Array;
  /** From the plan's costs, over the rows at hand. */
  readonly predictedSpeedup: number;
  /** Really runs the rows through the chain, each to the stage where it leaves; labels in the order of the rows. */
  run(): L[];
  readonly rows: readonly Row[];
}

/** @param full the full model's answers to `rows` */
export function oracleOf<Row, L extends Label, Name extends string>(
  parts: Parts<Row, L, Name>,
  rows: readonly Row[],
  full: readonly L[],
): Oracle<Row, L> {
  const { stages } = parts.plan;
  const chains = Array.from({ length: stages.length + 1 }, (_, stage) => leavingAt(parts, stage));
  const exits = new Uint8Array(rows.length).fill(stages.length);
  for (let stage = stages.length - 1; stage >= 0; stage--) {
    const { labels } = chains[stage].predictSync(rows);
    labels.forEach((label, row) => {
      if (label === full[row]) exits[row] = stage;
    });
  }
  const groups = chains.map((chain, stage) => {
    const where = [...rows.keys()].filter((row) => exits[row] === stage);
    return { chain, where, rows: where.map((row) => rows[row]) };
  });
  return {
    exits,
    predictedSpeedup: parts.plan.expected.fullCost / chainCost(parts.plan, exits),
    rows,
    run() {
      const labels: L[] = new Array(rows.length);
      for (const { chain, where, rows: group } of groups) {
        const answers: Answers<L> = chain.predictSync(group);
        where.forEach((row, i) => {
          labels[row] = answers.labels[i];
        });
      }
      return labels;
    },
  };
}

/** The mean cost of a row if rows leave at `exits`, having paid every stage up to there. */
export function chainCost(
  plan: { readonly stages: readonly { readonly cost: number }[]; readonly full: { readonly cost: number } },
  exits: Uint8Array,
): number {
  const steps = [...plan.stages.map(({ cost }) => cost), plan.full.cost];
  const paid = steps.map((_, stage) => sum(steps.slice(0, stage + 1)));
  return exits.reduce((total, stage) => total + paid[stage], 0) / exits.length;
}

/** The chain up to one stage, where every row leaves; the number of stages stands for the full model. */
function leavingAt<Row, L extends Label, Name extends string>(
  parts: Parts<Row, L, Name>,
  last: number,
): Cascade<Row, L, Name> {
  const stages = parts.plan.stages.slice(0, last + 1).map((stage, s) => ({
    ...stage,
    thresholds: stage.thresholds.map(() => (s === last ? 0 : null)),
  }));
  return new Cascade({ ...parts, stages: parts.stages.slice(0, last + 1), plan: { ...parts.plan, stages } });
}
