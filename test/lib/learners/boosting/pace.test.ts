import test from 'ava';
import { Pace } from '../../../../lib/learners/boosting/pace.js';

/** Which trees are shared out, where they take so long alone and shared, by the tree. */
function shared(trees: number, alone: number, together: (tree: number) => number): boolean[] {
  const pace = new Pace();
  return Array.from({ length: trees }, (_, tree) => {
    const isShared = pace.isShared();
    pace.note(isShared ? together(tree) : alone);
    return isShared;
  });
}

const count = (trees: readonly boolean[]) => trees.filter(Boolean).length;

test('trees are shared out where that is quicker, but for a few', (t) => {
  t.is(count(shared(160, 10, () => 7)), 150);
  t.is(count(shared(160, 10, () => 12)), 10);
});

test('what was quicker once is given up when it no longer is, and taken up again', (t) => {
  const trees = shared(480, 10, (tree) => (tree >= 160 && tree < 320 ? 30 : 6));
  t.true(count(trees.slice(0, 160)) > 140);
  t.true(count(trees.slice(176, 320)) < 20);
  t.true(count(trees.slice(400)) > 60);
});
