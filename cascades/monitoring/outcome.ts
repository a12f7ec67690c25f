import { lossOn } from '../losses/index.js';
import { codesOf } from '../problem/index.js';
import type { Label } from '../types/index.js';
import type { DrawnRow, ServedAnswers } from './answers.js';
import type { AuditedLoss } from './losses.js';

/** A cascade's classes, its number of stages and its promises. */
export interface Audited<L extends Label> {
  readonly classes: readonly L[];
  readonly stages: number;
  readonly losses: readonly AuditedLoss[];
}

/** A call as the tests count it: plain data. */
export interface CallOutcome<L extends Label = Label> {
  /** Rows that left at each stage, the full model last, and rows whose stage is unknown. */
  readonly exits: readonly number[];
  readonly unknown: number;
  /** Its drawn rows; null: nothing is known of any. */
  readonly draws: readonly DrawOutcome<L>[] | null;
}

/** A drawn row as the tests count it: plain data. */
export interface DrawOutcome<L extends Label = Label> {
  /**
   * For each promise the loss that the row counts as; null: it isn't of the loss's class, or that
   * test takes rows when labels have come.
   */
  readonly losses: readonly (number | null)[];
  /** Whether the two answers differ; 0 if that isn't known. */
  readonly differs: number;
  /** Nothing is known of its loss: it counts as the least. */
  readonly missed: boolean;
  readonly late: LateLabel<L> | null;
}

/** A drawn row with a loss that depends on its label. */
export interface LateLabel<L extends Label = Label> {
  readonly answer: L;
  readonly full: L;
  /** By promise, once the label has come; null until then. */
  losses: readonly (number | null)[] | null;
}

/** The counts of a call for an audit. */
export interface CallTally {
  readonly audited: number;
  readonly differed: number;
  readonly missed: number;
  /** Rows of a call in which something failed, or whose answers are outside the promise since something was failing. */
  readonly faulted: number;
}

/**
 * A call that failed, or was given up: each drawn row counts as the least loss, and no row as one that left anywhere.
 */
export function missedCall<L extends Label>(rows: number, stages: number): CallOutcome<L> {
  return { exits: new Array<number>(stages + 1).fill(0), unknown: rows, draws: null };
}

/** A degraded answer isn't the cascade's own: the row's loss without the fault is unknown. */
export function leftEarly<L>({ exits, degraded }: ServedAnswers<L>, row: number, stages: number): boolean {
  return exits[row] < stages && degraded[row] === 0;
}

/**
 * The outcome of a call that has answered.
 *
 * @param positions of the drawn rows
 * @param first id of the first of them
 * @param full the full model's answers to the drawn rows that left early, in their order; null for those that it has
 * none for, and none at all if it failed
 * @param second its second answers to them, where a loss has it asked twice
 * @throws DataError for a loss of the user's outside [0, 1], or an answer that is no class
 */
export function callOutcome<L extends Label>(
  answers: ServedAnswers<L>,
  positions: readonly number[],
  first: number,
  full: readonly (L | null)[],
  second: readonly (L | null)[] | undefined,
  audited: Audited<L>,
): { outcome: CallOutcome<L>; drawn: DrawnRow<L>[]; tally: CallTally } {
  const { stages } = audited;
  const { labels, degraded, exits, faults } = answers;
  /** Rows that went through have lost nothing, whatever the full model would say if it were asked again. */
  const labelsBy = (given: readonly (L | null)[]) => {
    let early = 0;
    return positions.map((row): L | null => {
      if (degraded[row] === 1) return null;
      if (!leftEarly(answers, row, stages)) return labels[row];
      return given.length === 0 ? null : given[early++];
    });
  };
  // Without the second answer a loss of both isn't known.
  const known = second === undefined ? full : full.map((label, i) => (second[i] == null ? null : label));
  const fullLabels = labelsBy(known);
  const draws = drawsOf(answers, positions, fullLabels, second && labelsBy(second), audited);
  const counts = new Array<number>(stages + 1).fill(0);
  for (let row = 0; row < exits.length; row++) if (degraded[row] === 0) counts[exits[row]]++;
  const answered = counts.reduce((sum, count) => sum + count, 0);
  // Also if nothing failed in the call itself, but recently in others.
  const isImpaired = faults.length > 0 || answered < exits.length || answers.verdict === 'degraded';
  return {
    outcome: { exits: counts, unknown: exits.length - answered, draws },
    drawn: positions.map((row, i) => ({
      id: first + i,
      row,
      full: fullLabels[i],
      awaitsLabel: draws[i].late !== null,
    })),
    tally: {
      audited: known.filter((label) => label !== null).length,
      differed: draws.reduce((sum, { differs }) => sum + differs, 0),
      missed: draws.reduce((sum, { missed }) => sum + Number(missed), 0),
      faulted: isImpaired ? exits.length : 0,
    },
  };
}

/** @param fullLabels the full model's answers to the drawn rows; null if it has none */
function drawsOf<L extends Label>(
  { labels, degraded }: ServedAnswers<L>,
  positions: readonly number[],
  fullLabels: readonly (L | null)[],
  secondLabels: readonly (L | null)[] | undefined,
  { classes, losses }: Audited<L>,
): DrawOutcome<L>[] {
  if (positions.length === 0) return [];
  const given = positions.map((row) => labels[row]);
  const codes = codesOf('the cascade', given, classes);
  const codesBy = (by: readonly (L | null)[]) =>
    codesOf(
      'the full model',
      by.map((label, i) => label ?? given[i]),
      classes,
    );
  const full = codesBy(fullLabels);
  const second = secondLabels && codesBy(secondLabels);
  const tests = losses.map(({ loss }) =>
    lossOn(loss, {
      full,
      second,
      labels: undefined,
      origin: Int32Array.from(positions),
    }),
  );
  return positions.map((row, i): DrawOutcome<L> => {
    const answer = given[i];
    const fullLabel = fullLabels[i];
    if (fullLabel === null) {
      const known = degraded[row] === 0 ? codes[i] : undefined;
      return {
        losses: losses.map((each) => leastOf(each, known)),
        differs: 0,
        missed: true,
        late: null,
      };
    }
    const differs = fullLabel !== answer;
    const waits = losses.some(({ awaits }) => awaits === 'all' || (awaits === 'differing' && differs));
    return {
      losses: tests.map((on, l) =>
        losses[l].awaits === 'none' && on.counts(codes[i], i) ? on.lost(codes[i], i) : null,
      ),
      differs: Number(differs),
      missed: false,
      late: waits ? { answer, full: fullLabel, losses: null } : null,
    };
  });
}

/**
 * A row that may or may not be of the loss's class counts as one of it: that takes capital from the
 * bets, and leaving it out would take none.
 *
 * @param answer the cascade's own, where it is known
 */
function leastOf({ awaits, least, mayCount }: AuditedLoss, answer: number | undefined): number | null {
  if (awaits !== 'none') return null;
  return answer === undefined || mayCount(answer) ? least : null;
}

/**
 * The losses of a row, by promise, once its label has come; null for promises that don't wait for
 * labels.
 */
export function lostWith<L extends Label>(
  id: number,
  { answer, full }: Pick<LateLabel<L>, 'answer' | 'full'>,
  label: L,
  { classes, losses }: Audited<L>,
): (number | null)[] {
  const codes = (one: L) => codesOf(`drawn row ${id}`, [one], classes);
  const judged = { full: codes(full), labels: codes(label), origin: Int32Array.of(id) };
  const [code] = codes(answer);
  return losses.map(({ loss, awaits }) => (awaits === 'none' ? null : lossOn(loss, judged).lost(code, 0)));
}
