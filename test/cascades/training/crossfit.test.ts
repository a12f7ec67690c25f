import test from 'ava';
import { Refits } from '../../../cascades/scoring/index.js';
import { crossFit, crossScores, fitOn } from '../../../cascades/training/crossfit.js';
import { fitRounds } from '../../../cascades/training/fitRounds.js';
import { define, tfidf } from '../../../index.js';
import { consecutive, denseBlock, readRows } from '../../../lib/data/blocks/index.js';
import { Rows } from '../../../lib/data/rows/index.js';
import { RowView } from '../../../lib/features/define/index.js';
import { openFits } from '../../../lib/learn/fits/index.js';
import type { Learner, Model } from '../../../lib/learn/learners/index.js';

test('models that score rows held out are as exact as comparisons need, others as exact as asked', async (t) => {
  const fitted: string[] = [];
  const model: Model = { name: 'half', classes: 2, score: (_, out) => void out.fill(0.5) };
  const making = (kind: string): Learner => ({
    name: 'half',
    work: () => 1,
    fit() {
      fitted.push(kind);
      return model;
    },
  });
  const learner: Learner = { ...making('exact'), rough: () => making('rough') };
  const block = denseBlock(4, 1, Float32Array.of(1, 2, 3, 4));
  const halves = [Int32Array.of(0, 1), Int32Array.of(2, 3)];
  const rounds = halves.map((fit, half) => {
    const score = halves[1 - half];
    return { fit, score, blocks: { fit: [{ block, rows: fit }], score: [{ block, rows: score }] } };
  });
  const targets = { truth: Float64Array.of(0, 1, 0, 1), width: 2 };
  const reads = { positions: [0], features: ['x'] };

  const held = await crossFit(learner, reads, targets, rounds, { seed: 1 });
  t.deepEqual(
    held.map(({ rows }) => [...rows]),
    [
      [2, 3],
      [0, 1],
    ],
  );
  const [scores] = await crossScores(learner, reads, targets, rounds, { seed: 1 }, undefined, [null], 4);
  t.deepEqual([...scores], new Array(8).fill(0.5));
  t.deepEqual(fitted, ['rough', 'rough', 'rough', 'rough']);

  await fitOn(learner, ['x'], [{ block, rows: halves[0] }], targets, halves[0], { seed: 1 });
  t.deepEqual(fitted.slice(4), ['exact']);
});

test('of many rounds, the blocks of large features are made when they are read, with the same bits', async (t) => {
  const texts = Array.from({ length: 60 }, (_, text) =>
    Array.from({ length: 500 }, (_, word) => `w${(word * (text + 7)) % 1_009}`).join(' '),
  );
  const features = define({
    short: tfidf((text: string) => text.slice(0, 20)),
    long: tfidf((text: string) => text),
  });
  const rows = Rows.of(texts);
  // 60 rows of 500 entries, 8 bytes each, 300 times.
  const rounds = Array.from({ length: 300 }, (_, r) => {
    const score = consecutive(0, 60).filter((row) => row % 4 === r % 4);
    return { fit: consecutive(0, 60).filter((row) => row % 4 !== r % 4), score };
  });
  const fitted = async (fits?: ReturnType<typeof openFits>) => {
    const refits = new Refits<string>(60, consecutive(0, 60));
    const served = features.names.map((name) => {
      const fit = refits.begin(name, features.get(name));
      fit?.add(RowView.of(texts));
      const own = fit?.end();
      const block = own?.compute(RowView.of(texts));
      if (own === undefined || block === undefined || block instanceof Promise) throw new TypeError(name);
      return { named: { name, fitted: own }, block };
    });
    const blocks = { fitted: served.map(({ named }) => named), blocks: served.map(({ block }) => block) };
    return fitRounds(features, rows, fits ? rounds : rounds.slice(0, 4), blocks, {}, fits, refits);
  };
  const [now, late] = [await fitted(), await fitted(openFits({}))];
  t.deepEqual(
    late[299].blocks.fit.map(({ block }) => block.kind),
    ['sparse', 'late'],
  );
  for (const part of ['fit', 'score'] as const) {
    t.deepEqual(late[3].blocks[part].map(readRows), now[3].blocks[part].map(readRows));
    t.deepEqual(late[299].blocks[part].map(readRows), late[3].blocks[part].map(readRows));
  }
});
