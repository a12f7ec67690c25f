import { type DriftState, driftStep } from '../../lib/stats/index.js';
import { codesOf } from '../problem/index.js';
import { type AnswerLoss, lossOn } from '../promise/index.js';
import type { Label } from '../terms/index.js';
import type { DrawnRow, ServedAnswers } from './answers.js';
import type { AuditedLoss } from './losses.js';
import { enter, type PendingRow } from './pending.js';
import { exitsStep } from './shares.js';
import type { Standing } from './state.js';

/** A cascade's classes and its number of stages, and what is promised of it. */
export interface Audited<L extends Label> {
  readonly classes: readonly L[];
  readonly stages: number;
  readonly losses: readonly AuditedLoss[];
}

/** A degraded answer is outside the promise: what the row would have lost without the fault isn't known. */
export function leftEarly<L>({ exits, degraded }: ServedAnswers<L>, row: number, stages: number): boolean {
  return exits[row] < stages && degraded[row] === 0;
}

/**
 * What is known of drawn rows.
 *
 * @param first id of the first of them
 * @param full what the full model says of those that left early, in their order; none where it failed
 */
export function found<L extends Label>(
  answers: ServedAnswers<L>,
  positions: readonly number[],
  first: number,
  full: readonly L[],
  { stages, losses }: Audited<L>,
): DrawnRow<L>[] {
  const { labels, degraded } = answers;
  let asked = 0;
  return positions.map((row, i) => {
    const early = leftEarly(answers, row, stages);
    const failed = early ? full.length === 0 : degraded[row] === 1;
    if (failed) return { id: first + i, row, full: null, awaitsLabel: false };
    const said = early ? full[asked++] : labels[row];
    const awaitsLabel = losses.some(
      ({ awaits }) => awaits === 'all' || (awaits === 'differing' && said !== labels[row]),
    );
    return { id: first + i, row, full: said, awaitsLabel };
  });
}

/** Where an audit stands after a call, and the rows that wait for their labels since. */
export function counted<L extends Label>(
  at: Standing,
  answers: ServedAnswers<L>,
  drawn: readonly DrawnRow<L>[],
  audited: Audited<L>,
): { at: Standing; waiting: PendingRow<L>[] } {
  const { stages, losses } = audited;
  const { labels, degraded } = answers;
  const known = drawn.filter(({ row, full }) => full !== null || degraded[row] === 1);
  const step = (test: DriftState, loss: AnswerLoss) => stepAll(test, loss, answers, known, audited);
  const waiting: PendingRow<L>[] = [];
  let { run } = at;
  for (const { id, row, full, awaitsLabel } of known) {
    if (awaitsLabel && full !== null) {
      waiting.push({ id, answer: labels[row], full, run });
      run = 0;
    } else run++;
  }
  return {
    at: {
      ...at,
      promises: losses.map(({ loss, awaits }, i) =>
        awaits === 'none' ? step(at.promises[i], loss) : at.promises[i],
      ),
      disagreement: at.disagreement && step(at.disagreement, 'disagreement'),
      exits: at.exits && exitsStep(at.exits, exitsOf(answers, stages)),
      asked: at.asked + known.filter(({ row }) => leftEarly(answers, row, stages)).length,
      differed: at.differed + known.filter(({ row, full }) => full !== null && full !== labels[row]).length,
      missed: at.missed + drawn.filter(({ row, full }) => full === null || degraded[row] === 1).length,
      run,
    },
    waiting,
  };
}

/** The tests of what is promised, after the label of a row that waited for it. */
export function settled<L extends Label>(
  promises: readonly DriftState[],
  { id, answer, full, run }: PendingRow<L>,
  label: L,
  { classes, losses }: Audited<L>,
): DriftState[] {
  const codes = (one: L) => codesOf(`drawn row ${id}`, [one], classes);
  const judged = { full: codes(full), labels: codes(label), origin: Int32Array.of(id) };
  const [code] = codes(answer);
  return losses.map(({ loss, awaits }, i) =>
    awaits === 'none' ? promises[i] : enter(promises[i], run, lossOn(loss, judged).lost(code, 0)),
  );
}

/** A test after the losses of rows, without their labels. */
function stepAll<L extends Label>(
  test: DriftState,
  loss: AnswerLoss,
  { labels, degraded }: ServedAnswers<L>,
  known: readonly DrawnRow<L>[],
  { classes }: Audited<L>,
): DriftState {
  if (known.length === 0) return test;
  const given = known.map(({ row }) => labels[row]);
  const full = known.map(({ full: said }, i) => said ?? given[i]);
  const on = lossOn(loss, {
    full: codesOf('the full model', full, classes),
    labels: undefined,
    origin: Int32Array.from(known, ({ row }) => row),
  });
  let after = test;
  codesOf('the cascade', given, classes).forEach((answer, i) => {
    if (!on.counts(answer, i)) return;
    after = driftStep(after, degraded[known[i].row] === 1 ? 0 : on.lost(answer, i));
  });
  return after;
}

/** How many rows left at each stage, the full model last. Degraded ones didn't leave: they were to go on. */
function exitsOf<L>({ exits, degraded }: ServedAnswers<L>, stages: number): number[] {
  const counts = new Array<number>(stages + 1).fill(0);
  for (let row = 0; row < exits.length; row++) counts[degraded[row] === 1 ? stages : exits[row]]++;
  return counts;
}
