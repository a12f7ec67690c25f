import test from 'ava';
import { wrongArrows } from '../../scripts/house/arrows.js';

const rooms = new Set([
  'lib/data/rows',
  'lib/learn/exits',
  'lib/learn/exits/inner',
  'cascades/plan',
  'topk',
  'topk/cuts',
]);
const complaints = (path: string, specifier: string) =>
  wrongArrows(path, `import { a } from '${specifier}';`, (folder) => rooms.has(folder));

test('imports point down, from wing to wing and from hall to hall', (t) => {
  t.deepEqual(complaints('topk/cuts/a.ts', '../../lib/data/rows/index.js'), []);
  t.deepEqual(complaints('lib/learn/exits/a.ts', '../../data/rows/index.js'), []);
  t.deepEqual(complaints('lib/data/rows/a.ts', '../../learn/exits/index.js'), [
    'lib/data/rows/a.ts imports lib/learn/exits/index.ts: lib/data stands below lib/learn',
  ]);
  t.deepEqual(complaints('cascades/plan/a.ts', '../../topk/index.js'), [
    'cascades/plan/a.ts imports topk/index.ts: cascades stands below topk',
  ]);
  t.is(complaints('topk/a.ts', '../detect/index.js').length, 1);
});

test('rooms of cascades are taken in their order, and none imports the steps of tune', (t) => {
  t.deepEqual(complaints('cascades/search/a.ts', '../training/index.js'), []);
  t.deepEqual(complaints('cascades/tune.ts', './search/index.js'), []);
  t.deepEqual(complaints('cascades/training/a.ts', '../search/index.js'), [
    'cascades/training/a.ts imports cascades/search/index.ts: training stands below search',
  ]);
  t.deepEqual(complaints('cascades/certification/a.ts', '../plan/index.js'), [
    'cascades/certification/a.ts imports cascades/plan/index.ts: certification stands below plan',
  ]);
  t.deepEqual(complaints('cascades/cascade/a.ts', '../tune.js'), [
    'cascades/cascade/a.ts imports cascades/tune.ts: cascade stands below cascades',
  ]);
});

test('a room of cascades that has no place is refused, whatever it imports', (t) => {
  t.deepEqual(complaints('cascades/new/a.ts', './b.js'), [
    'cascades/new/a.ts: new has no place in the list of rooms',
  ]);
});

test('another wing is entered by its faces alone', (t) => {
  t.deepEqual(complaints('topk/a.ts', '../cascades/index.js'), []);
  t.deepEqual(complaints('topk/a.ts', '../cascades/internal.js'), []);
  t.deepEqual(complaints('topk/a.ts', '../cascades/plan/index.js'), [
    'topk/a.ts imports cascades/plan/index.ts: expected cascades/index.ts or cascades/internal.ts',
  ]);
  t.is(complaints('serve/a.ts', '../topk/cuts/index.js').length, 1);
  t.deepEqual(complaints('entries/a.ts', '../topk/cuts/index.js'), []);
});

test('a room is entered by its face, but by what is around it', (t) => {
  t.deepEqual(complaints('topk/a.ts', '../lib/learn/exits/rule.js'), [
    'topk/a.ts imports lib/learn/exits/rule.ts: expected lib/learn/exits/index.ts',
  ]);
  t.deepEqual(complaints('lib/learn/exits/a.ts', './inner/rule.js'), []);
  t.deepEqual(complaints('lib/learn/exits/inner/a.ts', '../rule.js'), []);
  t.deepEqual(complaints('topk/a.ts', '../lib/util/timer.js'), []);
});

test('every form of import counts: types, dynamic, exports, side effects', (t) => {
  const text =
    "import type { A } from '../topk/a.js';\nawait import('../topk/b.js');\nexport * from '../topk/c.js';\nimport '../topk/d.js';";
  t.is(wrongArrows('cascades/a.ts', text, () => false).length, 4);
  t.deepEqual(
    wrongArrows('test/a.ts', text, () => false),
    [],
  );
});
