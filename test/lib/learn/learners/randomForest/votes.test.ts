import test from 'ava';
import fc from 'fast-check';
import { countVotes, voteLayout } from '../../../../../lib/learn/learners/randomForest/index.js';
import { voteFor } from '../../../../../lib/learn/learners/randomForest/votes.js';

test('an output holds as many classes as its sums keep exactly', (t) => {
  // 2^53 is 100^7.98 and 101^7.96, 2^26.5 to the square.
  t.deepEqual(voteLayout(10, 99), { classes: 10, trees: 99, places: 7, outputs: 2 });
  t.deepEqual(voteLayout(2, 1e6), { classes: 2, trees: 1e6, places: 2, outputs: 1 });
  t.deepEqual(voteLayout(53, 1), { classes: 53, trees: 1, places: 53, outputs: 1 });
  t.is(voteLayout(54, 1).outputs, 2);
});

test('votes are counted as they were given, all for one class too', (t) => {
  const ballots = fc
    .record({ classes: fc.integer({ min: 2, max: 30 }), trees: fc.integer({ min: 1, max: 200 }) })
    .chain(({ classes, trees }) => {
      const choice = fc.integer({ min: 0, max: classes - 1 });
      const mixed = fc.array(choice, { minLength: trees, maxLength: trees });
      const agreed = choice.map((c) => new Array<number>(trees).fill(c));
      return fc.record({
        classes: fc.constant(classes),
        rows: fc.array(fc.oneof(mixed, agreed), { maxLength: 3 }),
      });
    });
  fc.assert(
    fc.property(ballots, ({ classes, rows }) => {
      const layout = voteLayout(classes, rows[0]?.length ?? 1);
      const sums = rows.flatMap((choices) =>
        Array.from({ length: layout.outputs }, (_, o) =>
          choices.reduce((sum, choice) => sum + voteFor(layout, choice, o), 0),
        ),
      );
      const votes = new Float64Array(rows.length * classes);
      countVotes(layout, Float64Array.from(sums), votes);
      const counts = rows.flatMap((choices) =>
        Array.from({ length: classes }, (_, c) => choices.filter((choice) => choice === c).length),
      );
      t.deepEqual([...votes], counts);
    }),
  );
});
