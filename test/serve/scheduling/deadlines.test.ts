import test from 'ava';
import fc from 'fast-check';
import { Deadlines, type Due } from '../../../serve/scheduling/deadlines.js';

test('the earliest is always first, whatever is added and taken out', (t) => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 0, max: 20 }), fc.record({ take: fc.nat() })), {
        maxLength: 120,
      }),
      (steps) => {
        const heap = new Deadlines<Due>();
        const plain: Due[] = [];
        for (const step of steps) {
          if (typeof step === 'number') {
            const due = { deadline: step, place: -1 };
            heap.add(due);
            plain.push(due);
          } else if (plain.length > 0) {
            const [due] = plain.splice(step.take % plain.length, 1);
            heap.remove(due);
            heap.remove(due);
            t.is(due.place, -1);
          }
          t.is(
            heap.first?.deadline,
            plain.length === 0 ? undefined : Math.min(...plain.map(({ deadline }) => deadline)),
          );
        }
      },
    ),
  );
});
