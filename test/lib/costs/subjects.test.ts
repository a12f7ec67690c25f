import test from 'ava';
import {
  featureSubject,
  inTurn,
  measureCosts,
  modelSubject,
  type Subject,
  transformSubjects,
} from '../../../lib/costs/index.js';
import { denseBlock } from '../../../lib/data/blocks/index.js';
import { define, dense, transform } from '../../../lib/features/define/index.js';
import type { Model } from '../../../lib/learn/learners/index.js';
import { table } from '../../support/blocks.js';
import { FakeClock } from '../../support/fakeClock.js';
import { fitOn } from '../../support/features.js';
import { near } from '../../support/near.js';

const rows = Array.from({ length: 300 }, (_, row) => row);

/** A feature over two transforms, each of which takes the clock another time a row. */
function pipeline(clock: FakeClock) {
  const taking =
    (microseconds: number) =>
    (value: number): number => {
      clock.work(microseconds);
      return value;
    };
  const far = transform(taking(100));
  const close = transform(far, taking(10));
  const features = define({
    direct: dense(1, (all: readonly number[]) => Float32Array.from(all, taking(1)), { price: 0.02 }),
    derived: dense(1, close, (all) => Float32Array.from(all, taking(2))),
  });
  return features;
}

test('a feature is measured without the transforms that it reads, and each transform without its parent', async (t) => {
  const clock = new FakeClock();
  const features = pipeline(clock);
  const subjects = [
    featureSubject('direct', features, await fitOn(features.get('direct'), rows), inTurn(rows)),
    featureSubject('derived', features, await fitOn(features.get('derived'), rows), inTurn(rows)),
    ...transformSubjects(features, inTurn(rows)),
  ];
  t.deepEqual(
    subjects.map(({ name, price }) => [name, price]),
    [
      ['direct', 0.02],
      ['derived', 0],
      ['1. transform', 0],
      ['2. transform', 0],
    ],
  );
  const costs = await measureCosts(subjects, { clock });
  [1, 2, 100, 10].forEach((perRow, s) => {
    near(t, costs[s].perRow, perRow, 1e-6);
    near(t, costs[s].fixed, 0, 0, 1e-3);
  });
});

test('each round reads other rows, as many as were asked for, though there be fewer', async (t) => {
  const seen: number[][] = [];
  const features = define({
    noted: dense(1, (all: readonly number[]) => {
      seen.push([...all]);
      return Float32Array.from(all);
    }),
  });
  const fitted = await fitOn(features.get('noted'), []);
  const run = async (subject: Subject, size: number, round: number) => (await subject.ready(size, round))();
  const many = featureSubject('noted', features, fitted, inTurn(rows));
  for (let round = 0; round < 4; round++) await run(many, 8, round);
  t.is(new Set(seen.flat()).size, 32);
  const few = featureSubject('noted', features, fitted, inTurn([7, 8, 9]));
  await run(few, 8, 0);
  t.is(seen[4].length, 8);
  t.deepEqual([...new Set(seen[4])].sort(), [7, 8, 9]);
});

test('a model is measured over the blocks of the rows, what is done with its scores included', async (t) => {
  const clock = new FakeClock();
  const settled: number[][] = [];
  const block = denseBlock(300, 1, Float32Array.from(rows));
  const readied = (score: Model['score']) =>
    modelSubject(
      { name: 'made up', classes: 2, score },
      [block, block],
      (scores) => {
        clock.work(5);
        settled.push([...scores]);
      },
      0.3,
    );
  const write: Model['score'] = ([first, second], out) => {
    clock.work(7);
    table(first).forEach(([value], row) => {
      out[2 * row] = value;
      out[2 * row + 1] = table(second)[row][0];
    });
  };
  for (const score of [write, async (...all: Parameters<typeof write>) => write(...all)]) {
    const subject = readied(score);
    t.is(subject.name, 'made up');
    t.is(subject.price, 0.3);
    const run = await subject.ready(3, 2);
    const before = clock.now();
    await run();
    near(t, clock.now() - before, 0.012, 1e-9);
    const scores = settled.pop() ?? [];
    t.is(scores.length, 6);
    // The blocks of the same rows, in their order.
    const [first] = scores;
    t.deepEqual(
      scores,
      [0, 0, 1, 1, 2, 2].map((step) => (first + step) % 300),
    );
  }
});
