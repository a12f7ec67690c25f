import test from 'ava';
import { walkPath } from '../../../topk/certification/certifyBands.js';
import { topKQuestion } from '../../../topk/problem/bound.js';
import { judge } from '../../../topk/search/scoreTable.js';

/** The first plan keeps both candidates of a query, the second the one that the stage ranks first. */
const PATH = [8, 0];
const chain = {
  stages: [],
  cutCandidates: [{ kind: 'ratio', served: { kind: 'ratio', keep: 1 }, held: [] }],
  widths: [0],
} as const;
// Of 24 queries 1 may be lost, with a chance of .8^24 + 24 * .2 * .8^23 = .033; 2 have one of .115.
const question = topKQuestion({ recall: 1, share: 0.8 });

/** 24 queries of the promise, and as many of the second test. @param wrong which ones the stage ranks wrongly */
function walked(wrong: readonly number[], lost: readonly number[] = [], isTestedTwice = true) {
  const numbers = Array.from({ length: isTestedTwice ? 48 : 24 }, (_, q) => q);
  const queries = numbers.map((number) => ({
    candidates: Int32Array.of(2 * number, 2 * number + 1),
    k: 1,
    rankClass: -1,
    number,
    isUnseen: number >= 24,
    isLost: lost.includes(number),
  }));
  const columnOf = (best: (q: number) => number) =>
    new Map([[-1, Float64Array.from(numbers.flatMap((q) => (best(q) === 0 ? [1, 0] : [0, 1])))]]);
  const judged = judge(
    { rows: [], queries },
    columnOf(() => 0),
    'full',
  );
  const stages = [{ columns: columnOf((q) => Number(wrong.includes(q))) }];
  return walkPath(chain, PATH, stages, judged, numbers, question, isTestedTwice);
}

test('a plan must pass on the queries of the promise, and on those of the second test', (t) => {
  const all = { mean: 1, least: 1, under: 0 };
  t.deepEqual(walked([]), { step: 1, observed: all, unseen: all });
  t.deepEqual(walked([22, 23]), { step: 0, observed: all, unseen: all });
  t.deepEqual(walked([24, 25]), { step: 0, observed: all, unseen: all });
  const one = { mean: 23 / 24, least: 0, under: 1 };
  t.deepEqual(walked([23, 24]), { step: 1, observed: one, unseen: one }, 'one of each');
  t.deepEqual(walked([], [], false), { step: 1, observed: all });
  t.is(walked([22, 23], [], false).step, 0);
});

test('a query that the second test counts as lost is lost under every plan, also where all are kept', (t) => {
  const underOf = (...given: Parameters<typeof walked>) => {
    const { step, observed, unseen } = walked(...given);
    return [step, observed.under, unseen?.under];
  };
  t.deepEqual(underOf([], [30]), [1, 0, 1]);
  t.deepEqual(underOf([31], [30]), [0, 0, 1]);
  t.deepEqual(underOf([30], [30]), [1, 0, 1], 'lost once');
  t.deepEqual(underOf([], [30, 31]), [-1, 0, 2]);
});
