import test from 'ava';
import { parentOf } from '../../serve/traceContext.js';

const [trace, span] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];

test('a traceparent names the span that a request is under', (t) => {
  const found = { traceId: trace, spanId: span, isRemote: true } as const;
  t.deepEqual(parentOf(`00-${trace}-${span}-01`), { ...found, traceFlags: 1 });
  t.deepEqual(parentOf(`00-${trace}-${span}-00`), { ...found, traceFlags: 0 });
  t.deepEqual(parentOf(`00-${trace}-${span}-ff`), { ...found, traceFlags: 1 }, 'only one flag is known');
  t.deepEqual(parentOf(`01-${trace}-${span}-01-what.comes-later`), { ...found, traceFlags: 1 });
});

test('what isn’t one begins a new trace', (t) => {
  for (const header of [
    undefined,
    '',
    'garbage',
    `00-${trace}-${span}`,
    `00-${trace}-${span}-01-more`,
    `ff-${trace}-${span}-01`,
    `00-${'0'.repeat(32)}-${span}-01`,
    `00-${trace}-${'0'.repeat(16)}-01`,
    `00-${trace.toUpperCase()}-${span}-01`,
    `00-${trace}-${span}-01, 00-${trace}-${span}-01`,
    ` 00-${trace}-${span}-01`,
  ])
    t.is(parentOf(header), undefined, String(header));
});
