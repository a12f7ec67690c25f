import { sumSimple } from 'simple-statistics';
import { selectRows } from '../../lib/data/blocks/index.js';
import type { Learner } from '../../lib/learn/learners/index.js';
import type { Random } from '../../lib/stats/index.js';
import { fitShape, type Judge, type Judging, type Material } from '../training/index.js';
import { judgedAt, judgedOn } from './judgedRows.js';

/** The number of first rounds that together score this many rows; all of them if they score fewer. */
export function roundsFor({ rounds }: Pick<Judging, 'rounds'>, rows: number): number {
  let scored = 0;
  const enough = rounds.findIndex(({ score }) => {
    scored += score.length;
    return scored >= rows;
  });
  return enough < 0 ? rounds.length : enough + 1;
}

/**
 * Stages are fitted in the first rounds alone, and judged on the rows that these score. Served models are fitted to the
 * same rows as before.
 */
export function onRounds<By extends Judge>(judging: Judging<By>, count: number, random: Random): Judging<By> {
  return amongRounds(judging, 0, count, random);
}

/** The same of the rounds `from` (included) to `to` (excluded), of those that there are. */
export function amongRounds<By extends Judge>(
  judging: Judging<By>,
  from: number,
  to: number,
  random: Random,
): Judging<By> {
  if (from === 0 && to >= judging.rounds.length) return judging;
  const { full, scored } = judging;
  const rounds = judging.rounds.slice(from, to);
  const isScored = new Uint8Array(scored.reduce((most, row) => Math.max(most, row), -1) + 1);
  for (const { score } of rounds) for (const row of score) isScored[row] = 1;
  const places = Int32Array.from(scored.keys()).filter((i) => isScored[scored[i]] === 1);
  const held = full.held.length === judging.rounds.length ? full.held.slice(from, to) : full.held;
  return judgedAt({ ...judging, full: { ...full, held } }, places, rounds, random);
}

/** Fits see a random share of their rows. */
export function subsampled<By extends Judge>(
  judging: Judging<By>,
  share: number,
  random: Random,
): Judging<By> {
  if (share === 1) return judging;
  const draw = random.fork('search rows');
  const rounds = judging.rounds.map(({ fit, score, blocks }) => {
    const shuffled = Int32Array.from(fit.keys());
    draw.shuffle(shuffled);
    const kept = shuffled.slice(0, Math.ceil(share * fit.length)).sort();
    return {
      score,
      fit: kept.map((i) => fit[i]),
      blocks: { score: blocks.score, fit: blocks.fit.map((block) => selectRows(block, kept)) },
    };
  });
  return { ...judging, rounds, held: judging.held === judging.rounds ? rounds : judging.held };
}

/** Rows that a trial fit sees: a quarter of them, but at least so many, and so many of each class of the first ten. */
const SHARE = 1 / 4;
const LEAST_ROWS = 2_000;
const LEAST_OF_A_CLASS = 250;
const CLASSES = 10;
/** Rows that trial fits are judged on, at least, and about so many at most. */
const JUDGED = 2_000;
const MOST_JUDGED = 4_000;

/**
 * A trial whose fits take little: on few rows, in as few rounds as judge enough of them, by the
 * learners' lighter forms.
 *
 * @returns undefined where that would save too little
 */
export function lightTrial(
  { blocks, width }: Material,
  selection: Judging<'selection'>,
  random: Random,
): Judging<'trial'> | undefined {
  // A model that was trained elsewhere would score rows that it has to score again.
  if (selection.learners.some(({ predicts }) => predicts !== undefined)) return undefined;
  if (selection.scored.length < JUDGED) return undefined;
  const count = roundsFor(selection, JUDGED);
  const rows = Math.max(...selection.rounds.map(({ fit }) => fit.length));
  const share = lightRows(rows, width) / rows;
  const learners = selection.learners.map(lightened);
  const work = (of: readonly Learner[], each: number) =>
    sumSimple(of.map((learner) => learner.work(fitShape(blocks, each, width))));
  const whole = selection.rounds.length * work(selection.learners, rows);
  if (count * work(learners, share * rows) > WORTHWHILE * whole) return undefined;
  const judged = judgedOn(onRounds(selection, count, random), MOST_JUDGED, random);
  return { ...subsampled(judged, share, random), by: 'trial', learners };
}

/** Of so many rows those that a trial fit sees. */
export function lightRows(rows: number, width: number): number {
  const least = Math.max(LEAST_ROWS, LEAST_OF_A_CLASS * Math.min(CLASSES, width));
  return Math.min(rows, Math.max(SHARE * rows, least));
}

/** Trials that take more than this share of fits in full aren't worth their while. */
export const WORTHWHILE = 0.5;

function lightened(learner: Learner): Learner {
  return learner.lighter?.() ?? learner;
}

/** Rows of the fits of a stage in all rounds, as a multiple of the rows that served models see. */
export function fitsOf({ fit: all }: Material, { rounds }: Judging): number {
  return sumSimple(rounds.map(({ fit }) => fit.length)) / all.length;
}
