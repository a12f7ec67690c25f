import { sumSimple } from 'simple-statistics';
import { selectRows } from '../../lib/data/blocks/index.js';
import type { Learner } from '../../lib/learn/learners/index.js';
import type { Random } from '../../lib/stats/index.js';
import { type StageTrainer, shapeOf } from '../training/index.js';
import { judgedAt, judgedOn } from './judgedRows.js';

/** The number of first rounds that together score this many rows; all of them if they score fewer. */
export function roundsFor({ rounds }: Pick<StageTrainer, 'rounds'>, rows: number): number {
  let scored = 0;
  const enough = rounds.findIndex(({ score }) => {
    scored += score.length;
    return scored >= rows;
  });
  return enough < 0 ? rounds.length : enough + 1;
}

/**
 * The same trainer with stages that are fitted in the first rounds alone, and judged on the rows
 * that these score. Served models are fitted to the same rows as before.
 */
export function onRounds(trainer: StageTrainer, count: number, random: Random): StageTrainer {
  return amongRounds(trainer, 0, count, random);
}

/** The same of the rounds `from` (included) to `to` (excluded), of those that there are. */
export function amongRounds(trainer: StageTrainer, from: number, to: number, random: Random): StageTrainer {
  if (from === 0 && to >= trainer.rounds.length) return trainer;
  const { full, split } = trainer;
  const rounds = trainer.rounds.slice(from, to);
  const isScored = new Uint8Array(trainer.blocks[0].rows);
  for (const { score } of rounds) for (const row of score) isScored[row] = 1;
  const places = Int32Array.from(split.scored.keys()).filter((i) => isScored[split.scored[i]] === 1);
  const held = full.held.length === trainer.rounds.length ? full.held.slice(from, to) : full.held;
  return judgedAt({ ...trainer, full: { ...full, held } }, places, rounds, random);
}

/** The same trainer with fits that see a random share of their rows. */
export function subsampled(trainer: StageTrainer, share: number, random: Random): StageTrainer {
  if (share === 1) return trainer;
  const draw = random.fork('search rows');
  const rounds = trainer.rounds.map(({ fit, score, blocks }) => {
    const shuffled = Int32Array.from(fit.keys());
    draw.shuffle(shuffled);
    const kept = shuffled.slice(0, Math.ceil(share * fit.length)).sort();
    return {
      score,
      fit: kept.map((i) => fit[i]),
      blocks: { score: blocks.score, fit: blocks.fit.map((block) => selectRows(block, kept)) },
    };
  });
  return { ...trainer, rounds, held: trainer.held === trainer.rounds ? rounds : trainer.held };
}

/** Rows that a trial fit sees: a quarter of them, but at least so many, and so many of each class. */
const SHARE = 1 / 4;
const LEAST_ROWS = 2_000;
const LEAST_OF_A_CLASS = 250;
/** Rows that trial fits are judged on, at least, and about so many at most. */
const JUDGED = 2_000;
const MOST_JUDGED = 4_000;

/**
 * A trainer whose fits take little: on few rows, in as few rounds as judge enough of them, by the
 * learners' lighter forms.
 *
 * @returns undefined where that would save too little
 */
export function lightTrainer(trainer: StageTrainer, random: Random): StageTrainer | undefined {
  // A model that was trained elsewhere would score rows that it has to score again.
  if (trainer.learners.some(({ predicts }) => predicts !== undefined)) return undefined;
  if (trainer.split.scored.length < JUDGED) return undefined;
  const count = roundsFor(trainer, JUDGED);
  const rows = Math.max(...trainer.rounds.map(({ fit }) => fit.length));
  const least = Math.max(LEAST_ROWS, LEAST_OF_A_CLASS * trainer.width);
  const share = Math.min(1, Math.max(SHARE, least / rows));
  const learners = trainer.learners.map(lightened);
  const work = (of: readonly Learner[], each: number) =>
    sumSimple(of.map((learner) => learner.work(shapeOf(trainer.blocks, each, trainer.width))));
  const whole = trainer.rounds.length * work(trainer.learners, rows);
  if (count * work(learners, share * rows) > WORTHWHILE * whole) return undefined;
  const judged = judgedOn(onRounds(trainer, count, random), MOST_JUDGED, random);
  const fewer = subsampled(judged, share, random);
  return { ...fewer, learners, given: new Map() };
}

/** Trials that take more than this share of fits in full aren't worth their while. */
const WORTHWHILE = 0.5;

function lightened(learner: Learner): Learner {
  return learner.lighter?.() ?? learner;
}

/** Rows of the fits of a stage in all rounds, as a multiple of the rows that served models see. */
export function fitsOf({ rounds, split }: Pick<StageTrainer, 'rounds' | 'split'>): number {
  return sumSimple(rounds.map(({ fit }) => fit.length)) / split.fit.length;
}
