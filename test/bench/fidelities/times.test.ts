import test from 'ava';
import { ratioLines, timesChecks } from '../../../bench/fidelities/times.js';

const runs = (...seconds: readonly number[]) =>
  seconds.map((processor) => ({ seconds: 2 * processor, processor, heldMB: 100, peakMB: 200, speedup: 3 }));

test('the median of the rounds is judged, however far they lie apart', (t) => {
  const figures = {
    name: 'mail' as const,
    runs: { before: runs(10, 10, 10), none: runs(8, 10.2, 13), derived: runs(12, 15.3, 19.5) },
    whole: { ...runs(50)[0], peakMB: 320 },
  };
  const [beside, added, memory] = timesChecks([figures], 'usual');
  t.deepEqual([beside.value, beside.ok], [1.02, false]);
  t.deepEqual([added.value, added.ok], [1.5, true]);
  t.deepEqual([memory.value, memory.ok], [320, false]);
  t.deepEqual(ratioLines([figures])[0].slice(1), Array(2).fill('1.020 (0.800 to 1.300)'));
});
