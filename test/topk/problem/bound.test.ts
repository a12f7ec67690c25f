import test from 'ava';
import { OptionError } from '../../../index.js';
import { bettingPValue, binomialPValue } from '../../../lib/stats/index.js';
import { promisePValue, queriesNeeded, topKQuestion, wouldPass } from '../../../topk/problem/bound.js';
import { ndcgAtK, recallAtK } from '../../../topk/problem/metrics.js';

test('a bound is one of four, each with its level', (t) => {
  t.like(topKQuestion({ recall: 0.95 }), {
    level: 0.95,
    share: undefined,
    delta: 0.05,
    metric: { name: 'recall' },
  });
  t.like(topKQuestion({ precision: 0.9, share: 0.8, delta: 0.1 }), {
    level: 0.9,
    share: 0.8,
    delta: 0.1,
    metric: { name: 'precision' },
  });
  t.like(topKQuestion({ ndcg: 0.99 }), { level: 0.99, metric: { name: 'ndcg' } });
  t.like(topKQuestion({ metric: { name: 'mine', value: () => 1 }, atLeast: 0.5 }), {
    level: 0.5,
    metric: { name: 'mine' },
  });
  t.is(topKQuestion({ recall: 1, share: 0.95 }).level, 1, 'that most answers are complete can be shown');
});

test('what can’t be promised is refused, and why', (t) => {
  t.throws(() => topKQuestion({ recall: 1 }), {
    instanceOf: OptionError,
    message: /no finite number of queries can show/,
  });
  t.throws(() => topKQuestion({ ndcg: 1 }), { instanceOf: OptionError, message: /bound.ndcg/ });
  for (const recall of [0, -1, 1.1, Number.NaN])
    t.throws(() => topKQuestion({ recall }), { message: /bound.recall/ });
  t.throws(() => topKQuestion({ recall: 0.9, delta: 0 }), { message: /bound.delta/ });
  t.throws(() => topKQuestion({ recall: 0.9, share: 1 }), { message: /bound.share/ });
  // @ts-expect-error: neither level nor metric
  t.throws(() => topKQuestion({ delta: 0.1 }), { message: /expected one of recall/ });
  t.throws(() => topKQuestion({ recall: 0.9, metric: recallAtK, atLeast: 0.9 }), {
    message: /recall and metric/,
  });
  // @ts-expect-error: unknown
  t.throws(() => topKQuestion({ recall: 0.9, epsilon: 0.1 }), { message: /bound.epsilon.*unknown/ });
  // @ts-expect-error: no function
  t.throws(() => topKQuestion({ metric: { name: 'x' }, atLeast: 0.9 }), { message: /bound.metric/ });
});

test('queries needed: 59 for 95 % of them, and just enough for a mean', (t) => {
  t.is(queriesNeeded(topKQuestion({ recall: 0.9, share: 0.95 })), 59);
  const question = topKQuestion({ recall: 0.95 });
  const needed = queriesNeeded(question);
  t.true(promisePValue(new Float64Array(needed).fill(1), question) <= 0.05);
  t.true(promisePValue(new Float64Array(needed - 1).fill(1), question) > 0.05);
});

test('a mean is tested by betting on what is lost, a share by counting', (t) => {
  const values = Float64Array.from({ length: 100 }, (_, i) => (i % 10 === 0 ? 0.8 : 1));
  const lost = values.map((value) => 1 - value);
  t.is(promisePValue(values, topKQuestion({ recall: 0.9 })), bettingPValue(lost, 1 - 0.9, 0.05));
  t.is(promisePValue(values, topKQuestion({ recall: 0.9, share: 0.8 })), binomialPValue(10, 100, 1 - 0.8));
  t.is(
    promisePValue(values, topKQuestion({ recall: 0.8, share: 0.8 })),
    binomialPValue(0, 100, 1 - 0.8),
    '0.8 reaches 0.8',
  );
  t.true(wouldPass(values, topKQuestion({ recall: 0.9, share: 0.8 }), 100));
  t.false(wouldPass(values, topKQuestion({ recall: 0.9, share: 0.95 }), 100));
});

test('NDCG by ranks, worked out by hand', (t) => {
  const scores = Float64Array.of(0.9, 0.8, 0.7, 0.6);
  const truth = Int32Array.of(0, 1);
  const value = (...answer: number[]) => ndcgAtK.value({ answer: Int32Array.from(answer), truth, scores });
  const log3 = Math.log2(3);
  t.is(value(0, 1), 1);
  t.is(value(1, 0), (1 + 2 / log3) / (2 + 1 / log3));
  t.is(value(1, 3), 1 / (2 + 1 / log3));
  t.is(value(2, 3), 0);
  t.is(recallAtK.value({ answer: Int32Array.of(1, 3), truth, scores }), 0.5);
});
