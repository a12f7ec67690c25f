import test from 'ava';
import { hotspotsIn, hotspotsOf } from '../../../bench/harness/hotspots.js';

const frame = (functionName: string, url = '') => ({ functionName, url, lineNumber: 4 });

test('time is the function’s that runs, and once of each that has called it; waiting is none', (t) => {
  const nodes = [
    { id: 1, callFrame: frame('(root)'), children: [2, 5] },
    { id: 2, callFrame: frame('outer', 'file:///house/a.ts'), children: [3] },
    { id: 3, callFrame: frame('inner', 'file:///house/b.ts'), children: [4] },
    { id: 4, callFrame: frame('outer', 'file:///house/a.ts') },
    { id: 5, callFrame: frame('(idle)') },
  ];
  // Samples at 0, 1, 3, 6 and 10 s.
  const timeDeltas = [0, 1, 2, 3, 4].map((seconds) => seconds * 1e6);
  const { seconds, self, inclusive } = hotspotsIn({ nodes, samples: [2, 3, 4, 5, 2], timeDeltas });
  t.is(seconds, 6);
  t.deepEqual(self, [
    { name: 'outer a.ts:5', share: 4 / 6 },
    { name: 'inner b.ts:5', share: 2 / 6 },
  ]);
  t.deepEqual(inclusive, [
    { name: 'outer a.ts:5', share: 1 },
    { name: 'inner b.ts:5', share: 5 / 6 },
  ]);
});

function busy(turns: number): number {
  let sum = 0;
  for (let i = 0; i < turns; i++) sum += Math.sin(sum + i);
  return sum;
}

test('what runs is found', async (t) => {
  const { result, hotspots } = await hotspotsOf(async () => busy(2_000_000));
  t.is(result, busy(2_000_000));
  t.true(hotspots.inclusive.some(({ name }) => name.startsWith('busy ')));
});
