import test from 'ava';
import { judgedOn } from '../../../cascades/search/judgedRows.js';
import type { FittedRound, StageTrainer } from '../../../cascades/training/index.js';
import { consecutive, denseBlock, readRows, rowBlock } from '../../../lib/data/blocks/index.js';
import { classRule } from '../../../lib/learn/exits/index.js';
import type { Model } from '../../../lib/learn/learners/index.js';
import { random } from '../../../lib/stats/index.js';

const ROWS = 60;
/** Rows from here on are scored, row by row in turn in the two rounds. */
const FIRST = 20;

const model: Model = { name: 'none', classes: 2, score: () => undefined };
const block = denseBlock(
  ROWS,
  1,
  Float32Array.from({ length: ROWS }, (_, row) => row),
);
const scored = consecutive(FIRST, ROWS - FIRST);
const rounds = [0, 1].map((parity): FittedRound => {
  const score = scored.filter((row) => row % 2 === parity);
  const fit = consecutive(0, ROWS).filter((row) => !score.includes(row));
  return { fit, score, blocks: { fit: [{ block, rows: fit }], score: [{ block, rows: score }] } };
});
const decision = { kind: 'argmax' } as const;
const trainer: StageTrainer = {
  names: ['number'],
  blocks: [block],
  rows: rowBlock([]),
  origin: consecutive(100, ROWS),
  learners: [],
  targets: {},
  full: {
    model,
    reads: ['number'],
    learner: undefined,
    fingerprint: undefined,
    price: undefined,
    scores: new Float64Array(2 * ROWS),
    rounds,
    held: rounds.map(({ score, blocks }) => ({ model, rows: score, blocks: blocks.score })),
    judged: {
      full: Float64Array.from(scored, (row) => row % 3),
      labels: Float64Array.from(scored, (row) => row % 5),
      origin: scored.map((row) => 100 + row),
    },
  },
  split: { fit: consecutive(0, ROWS), scored },
  rounds,
  held: rounds,
  width: 2,
  decision,
  rule: classRule(decision),
  scale: 1,
  loss: { lost: (answer, place) => answer + scored[place], target: 0.01, needsLabels: false },
  context: { seed: 1 },
  given: new Map(),
  requests: undefined,
};

const rowsOf = (of: FittedRound['blocks']['score']) => Array.from(readRows(of[0]).values);

test('stages are judged on a sample, and all that is known of a row stays with it', (t) => {
  const { split, rounds: fewer, held, full, loss } = judgedOn(trainer, 14, random(1));
  t.is(split.scored.length, 14);
  t.deepEqual(split.scored, split.scored.slice().sort());
  t.true(split.scored.every((row) => scored.includes(row)));
  t.is(split.fit, trainer.split.fit);
  fewer.forEach(({ fit, score, blocks }, r) => {
    t.is(fit, rounds[r].fit);
    t.is(blocks.fit, rounds[r].blocks.fit);
    t.deepEqual(
      score,
      split.scored.filter((row) => row % 2 === r),
    );
    t.deepEqual(rowsOf(blocks.score), Array.from(score));
    t.deepEqual(full.held[r].rows, score);
    t.deepEqual(rowsOf(full.held[r].blocks), Array.from(score));
  });
  t.is(held, fewer);
  t.deepEqual(
    Array.from(full.judged.full),
    Array.from(split.scored, (row) => row % 3),
  );
  t.deepEqual(
    Array.from(full.judged.labels ?? []),
    Array.from(split.scored, (row) => row % 5),
  );
  t.deepEqual(
    full.judged.origin,
    split.scored.map((row) => 100 + row),
  );
  t.deepEqual(
    Array.from(split.scored, (_, place) => loss.lost(1, place)),
    Array.from(split.scored, (row) => 1 + row),
  );
});

test('no more rows than may judge all do, and the same seed draws the same ones', (t) => {
  t.is(judgedOn(trainer, scored.length, random(1)), trainer);
  const drawn = (seed: number) => judgedOn(trainer, 14, random(seed)).split.scored;
  t.deepEqual(drawn(2), drawn(2));
  t.notDeepEqual(drawn(2), drawn(3));
});

test('rows of a single round judge what is learnt from others of them', (t) => {
  const [round] = rounds;
  const alone = judgedOn(
    { ...trainer, rounds: [round], split: { fit: round.fit, scored: round.score } },
    10,
    random(1),
  );
  const all = alone.held.flatMap(({ score }) => Array.from(score));
  t.deepEqual(Int32Array.from(all).sort(), alone.split.scored);
});
