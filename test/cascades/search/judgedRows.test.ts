import test from 'ava';
import { judgedOn } from '../../../cascades/search/judgedRows.js';
import type { FittedRound, Judging } from '../../../cascades/training/index.js';
import { consecutive, denseBlock, readRows } from '../../../lib/data/blocks/index.js';
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
const judging: Judging<'selection'> = {
  by: 'selection',
  learners: [],
  rounds,
  held: rounds,
  scored,
  full: {
    held: rounds.map(({ score, blocks }) => ({ model, rows: score, blocks: blocks.score })),
    judged: {
      full: Float64Array.from(scored, (row) => row % 3),
      labels: Float64Array.from(scored, (row) => row % 5),
      origin: scored.map((row) => 100 + row),
    },
  },
  loss: {
    lost: (answer, place) => answer + scored[place],
    target: 0.01,
    needsLabels: false,
    pairs: [],
    isAlone: false,
  },
};

const rowsOf = (of: FittedRound['blocks']['score']) => Array.from(readRows(of[0]).values);

test('stages are judged on a sample, and all that is known of a row stays with it', (t) => {
  const { scored: some, rounds: fewer, held, full, loss } = judgedOn(judging, 14, random(1));
  t.is(some.length, 14);
  t.deepEqual(some, some.slice().sort());
  t.true(some.every((row) => scored.includes(row)));
  fewer.forEach(({ fit, score, blocks }, r) => {
    t.is(fit, rounds[r].fit);
    t.is(blocks.fit, rounds[r].blocks.fit);
    t.deepEqual(
      score,
      some.filter((row) => row % 2 === r),
    );
    t.deepEqual(rowsOf(blocks.score), Array.from(score));
    t.deepEqual(full.held[r].rows, score);
    t.deepEqual(rowsOf(full.held[r].blocks), Array.from(score));
  });
  t.is(held, fewer);
  t.deepEqual(
    Array.from(full.judged.full),
    Array.from(some, (row) => row % 3),
  );
  t.deepEqual(
    Array.from(full.judged.labels ?? []),
    Array.from(some, (row) => row % 5),
  );
  t.deepEqual(
    full.judged.origin,
    some.map((row) => 100 + row),
  );
  t.deepEqual(
    Array.from(some, (_, place) => loss.lost(1, place)),
    Array.from(some, (row) => 1 + row),
  );
});

test('no more rows than may judge all do, and the same seed draws the same ones', (t) => {
  t.is(judgedOn(judging, scored.length, random(1)), judging);
  const drawn = (seed: number) => judgedOn(judging, 14, random(seed)).scored;
  t.deepEqual(drawn(2), drawn(2));
  t.notDeepEqual(drawn(2), drawn(3));
});

test('rows of a single round judge what is learnt from others of them', (t) => {
  const [round] = rounds;
  const alone = judgedOn({ ...judging, rounds: [round], scored: round.score }, 10, random(1));
  const all = alone.held.flatMap(({ score }) => Array.from(score));
  t.deepEqual(Int32Array.from(all).sort(), alone.scored);
});
