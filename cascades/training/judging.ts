import type { Learner } from '../../lib/learn/learners/index.js';
import type { RowsOf } from '../holdout/index.js';
import { type BoundSpec, type Judged, type SearchLoss, searchLoss } from '../losses/index.js';
import type { Run } from '../problem/index.js';
import type { Label } from '../types/index.js';
import type { HeldOut } from './crossfit.js';
import type { FittedRound } from './fitRounds.js';
import type { CrossFittedModel } from './fullModel.js';
import { heldRounds } from './holdoutFolds.js';

/** What rows judge for: a trial tells contenders apart, and the selection chooses what is certified. */
export type Judge = 'trial' | 'selection';

/** How candidates for stages are judged: on which rows, by which loss, and by which fits of which learners. */
export interface Judging<By extends Judge = Judge> {
  readonly by: By;
  /** In trials, their lighter forms. */
  readonly learners: readonly Learner[];
  /** The rounds in which judged models are fitted. */
  readonly rounds: readonly FittedRound[];
  /** The rounds for learners of answers to the scored rows. */
  readonly held: readonly FittedRound[];
  /** The rows that judge: each was scored in one of the rounds. */
  readonly scored: RowsOf<'development', Int32Array>;
  /** The full model on these rows: its fits that hadn't seen them, and its answers beside the labels. */
  readonly full: { readonly held: readonly HeldOut[]; readonly judged: Judged };
  readonly loss: SearchLoss;
}

/** All scored rows judge, in all rounds of the full model. */
export function judgingOf<Row, L extends Label, Name extends string>(
  { problem, learners }: Run<Row, L, Name>,
  { rounds, held, judged }: CrossFittedModel,
  spec: BoundSpec,
): Judging<'selection'> {
  const { split, random, foreseen, certification } = problem;
  const { groups, rows, units } = certification;
  const size = groups === undefined ? 1 : rows.length / units;
  return {
    by: 'selection',
    learners,
    rounds,
    held: heldRounds(rounds, random.fork('held')),
    scored: split.scored,
    full: { held, judged },
    loss: searchLoss(spec, judged, foreseen, size),
  };
}
