import test from 'ava';
import { fromRows, pretrained } from '../../entries/full.js';
import { define, dense, logisticRegression, tune } from '../../index.js';
import type { Model, ScoreContext } from '../../lib/learn/learners/index.js';
import { random } from '../../lib/stats/index.js';

interface Point {
  readonly id: number;
  readonly at: number;
}

function points(count: number, seed: string): Point[] {
  const draw = random(seed);
  return Array.from({ length: count }, (_, id) => ({
    id: id + 1e6 * seed.length,
    at: 4 * draw.uniform() - 2,
  }));
}

/** A judge of points that is told rows in rounds, and counts those that come by themselves. */
class Judge {
  readonly rounds: Point[][] = [];
  private readonly told = new Set<Point>();
  alone = 0;
  readonly model;

  constructor(name = 'judge', wrong: (point: Point) => boolean = () => false) {
    const scored = fromRows({
      name,
      labels: ['left', 'right'],
      price: name === 'judge' ? 1 : 0.1,
      score: (rows: readonly Point[]) =>
        rows.map((point) => {
          if (!this.told.has(point)) this.alone++;
          const sure = 0.9 + (point.id % 97) / 1_000;
          return point.at < 0 === wrong(point) ? [1 - sure, sure] : [sure, 1 - sure];
        }),
    });
    const readAhead: Model['readAhead'] = async (rows: readonly unknown[], _?: ScoreContext) => {
      const own = rows as readonly Point[]; // They are the rows that it is given.
      this.rounds.push([...own]);
      await new Promise((resolve) => setImmediate(resolve));
      for (const row of own) this.told.add(row);
    };
    this.model = { ...scored, readAhead };
  }

  get sizes(): number[] {
    return this.rounds.map(({ length }) => length);
  }
}

const features = define({
  at: dense(1, (rows: readonly Point[]) =>
    Float32Array.from(rows, ({ at }) => (Math.abs(at) < 0.5 ? 0 : at)),
  ),
});
const rows = points(3_000, 'a');
const bound = { loss: 'disagreement', epsilon: 0.05, delta: 0.05 } as const;

test('a cascade asks in three rounds: to train, to certify, and for the rest', async (t) => {
  const judge = new Judge();
  const cascade = await tune({
    features,
    rows,
    full: judge.model,
    bound,
    seed: 1,
    objective: 'price',
  });
  t.is(cascade.certificate.verdict, 'certified');
  t.is(judge.rounds.length, 2);
  t.is(judge.sizes[0] + judge.sizes[1], rows.length);
  const fresh = points(5_000, 'bb');
  const answered = await cascade.predict(fresh);
  t.is(judge.rounds.length, 3);
  const byFull = answered.exits.filter((exit) => exit === cascade.plan.stages.length).length;
  t.true(byFull > 0 && byFull < fresh.length);
  t.is(judge.sizes[2], byFull);
  const isRight = (row: number) => (answered.labels[row] === 'left') === fresh[row].at < 0;
  t.true(fresh.every((_, row) => isRight(row) || answered.exits[row] === 0));
  t.is(judge.alone, 0);
  // One batch of points is certified in place: its sample is a round, and so is the rest.
  const batch = points(4_000, 'ccc');
  const { byFull: asked } = await cascade.certifyBatch(batch, { epsilon: 0.05, sample: 300, seed: 1 });
  t.is(judge.rounds.length, 5);
  t.deepEqual(judge.sizes.slice(3), [300, asked.reduce((sum, each) => sum + each, 0) - 300]);
});

test('a stage in the middle is told the rows that come to it, and who has a deadline waits for no round', async (t) => {
  const judge = new Judge();
  const middle = new Judge('middle', ({ id }) => id % 500 === 0);
  const options = { features, rows, full: judge.model, bound, seed: 1, objective: 'price' as const };
  const cascade = await tune({ ...options, approximate: [logisticRegression(), pretrained(middle.model)] });
  t.is(judge.rounds.length, 2);
  t.true(middle.rounds.length >= 1);
  // Some rows are asked by themselves, to see how long it takes.
  t.true(middle.alone <= 96);
  t.true(cascade.plan.stages.some(({ learner }) => learner === 'middle'));
  const fresh = points(5_000, 'bb');
  const before = [middle.alone, middle.rounds.length];
  await cascade.predict(fresh);
  t.deepEqual([middle.alone, middle.rounds.length], [before[0], before[1] + 1]);
  t.is(judge.alone, 0);
  await cascade.predict(points(2_000, 'dddd'), { deadlineMs: 60_000 });
  t.true(middle.alone > before[0]);
});
