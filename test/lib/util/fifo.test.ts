import test from 'ava';
import fc from 'fast-check';
import { Fifo } from '../../../lib/util/fifo.js';

test('what comes first leaves first, as from a list', (t) => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat()), { maxLength: 80 }), (steps) => {
      const fifo = new Fifo<number>();
      const list: number[] = [];
      for (const step of steps) {
        if (step === null) t.is(fifo.shift(), list.shift());
        else {
          fifo.push(step);
          list.push(step);
        }
        t.is(fifo.length, list.length);
      }
    }),
  );
});
