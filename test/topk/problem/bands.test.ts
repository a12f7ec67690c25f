import test from 'ava';
import { shortageOf } from '../../../topk/problem/bands.js';
import { topKQuestion } from '../../../topk/problem/bound.js';

test('the test with fewer queries says whether there are enough', (t) => {
  // 59 queries of which none is lost show that 95 % aren't.
  const question = topKQuestion({ recall: 0.9, share: 0.95 });
  const shortage = (tests: number, secondTests: number) =>
    shortageOf({ k: [1, 1], candidates: [9, 9], rankClass: [], question, tests, secondTests }, 10);
  t.is(shortage(59, 59), null);
  t.regex(shortage(59, 58) ?? '', /58.*59/);
  t.regex(shortage(58, 59) ?? '', /58.*59/);
});
