import test from 'ava';

import { pairedAllowed, pairedTable } from '../../../lib/stats/index.js';

test('a table holds what the test allows, asked for once or again', (t) => {
  for (const [n, epsilon, delta] of [
    [400, 0.02, 0.05],
    [400, 0.02, 0.1],
    [401, 0.02, 0.05],
  ] as const) {
    for (const c of [0, 3, 12, 3]) {
      t.is(
        pairedTable(n, epsilon, delta)(c),
        pairedAllowed(c, n, epsilon, delta),
        `${n} ${epsilon} ${delta} ${c}`,
      );
    }
  }
});

test('many tables are asked for in turn, and each is still right', (t) => {
  const sizes = Array.from({ length: 80 }, (_, i) => 300 + i);
  for (const n of [...sizes, ...sizes.slice(0, 5)])
    t.is(pairedTable(n, 0.02, 0.05)(0), pairedAllowed(0, n, 0.02, 0.05));
});
