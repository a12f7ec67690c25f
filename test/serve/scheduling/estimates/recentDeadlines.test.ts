import test from 'ava';
import { RecentDeadlines } from '../../../../serve/scheduling/estimates/index.js';

const UNKNOWN = Number.POSITIVE_INFINITY;

test('clients wait as long as any did of late, and nothing is assumed of one in a tenth of a second', (t) => {
  const deadlines = new RecentDeadlines();
  t.is(deadlines.guess(0), UNKNOWN);
  deadlines.observe(200, 10);
  deadlines.observe(50, 11);
  t.is(deadlines.guess(20), 200);
  t.is(deadlines.guess(100), UNKNOWN);
  t.is(deadlines.guess(150), 200);
  // One without a deadline counts for a second or two.
  deadlines.observe(UNKNOWN, 160);
  t.is(deadlines.guess(170), UNKNOWN);
  for (let now = 500; now < 2_400; now += 100) deadlines.observe(80, now);
  t.is(deadlines.guess(2_400), UNKNOWN);
  t.is(deadlines.guess(2_401), 80);
});

test('what is long ago is forgotten', (t) => {
  const deadlines = new RecentDeadlines();
  deadlines.observe(200, 0);
  t.is(deadlines.guess(1), UNKNOWN);
  t.is(deadlines.guess(2), 200);
  t.is(deadlines.guess(1_500), UNKNOWN, 'a trial');
  t.is(deadlines.guess(1_501), 200);
  t.is(deadlines.guess(5_000), UNKNOWN);
  t.is(deadlines.guess(5_001), UNKNOWN);
});
