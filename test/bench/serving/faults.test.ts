import test from 'ava';
import fc from 'fast-check';
import { Replies } from '../../../bench/serving/faults-proxy.js';

const WHOLE = Buffer.from(
  '+OK\r\n$4\r\na\r\nb\r\n*2\r\n:1\r\n$-1\r\n$0\r\n\r\n%1\r\n+x\r\n_\r\n$8\r\n$4\r\n1234\r\n',
);

test('replies pass as they are, wherever they are cut on their way', (t) => {
  fc.assert(
    fc.property(fc.array(fc.nat(WHOLE.length), { maxLength: 5 }), (cuts) => {
      const replies = new Replies(() => false);
      const edges = [0, ...cuts.sort((a, b) => a - b), WHOLE.length];
      const pieces = edges.slice(1).map((end, i) => replies.pass(WHOLE.subarray(edges[i], end)));
      t.deepEqual(Buffer.concat(pieces), WHOLE);
    }),
    { seed: 1 },
  );
});

test('strings of one length arrive four bytes short, and nothing else is touched', (t) => {
  const replies = new Replies((bytes) => bytes === 8);
  t.is(String(replies.pass(WHOLE)), String(WHOLE).replace('$8\r\n$4\r\n1234\r\n', '$4\r\n$4\r\n\r\n'));
});
