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

test('what is left comes out in order, whatever was taken from the middle', (t) => {
  const heaps = fc.record({
    deadlines: fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 8, maxLength: 40 }),
    taken: fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
  });
  fc.assert(
    fc.property(heaps, ({ deadlines, taken }) => {
      const heap = new Deadlines<Due>();
      const left = deadlines.map((deadline): Due => ({ deadline, place: -1 }));
      for (const due of left) heap.add(due);
      for (const take of taken) heap.remove(left.splice(take % left.length, 1)[0]);
      const order: number[] = [];
      for (let due = heap.first; due !== undefined; due = heap.first) {
        order.push(due.deadline);
        heap.remove(due);
      }
      t.deepEqual(
        order,
        left.map(({ deadline }) => deadline).sort((a, b) => a - b),
      );
    }),
  );
});
