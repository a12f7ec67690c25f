import test from 'ava';
import { pathsIn, roomSentence, withRooms } from '../../scripts/house/rooms.js';

test('the first sentence of the comment at the top, on however many lines', (t) => {
  t.is(roomSentence('/** Bounds and tests. Pure functions. */\nexport {};'), 'Bounds and tests');
  t.is(
    roomSentence('/**\n * Bounds,\n * and tests of 0.5 %.\n *\n * More.\n */\n'),
    'Bounds, and tests of 0.5 %',
  );
  t.is(roomSentence('/** Without an end */'), 'Without an end');
  t.is(roomSentence("import a from 'a';\n/** Of something else. */"), undefined);
  t.is(roomSentence('// no comment of this kind'), undefined);
});

test('the table is written between its marks, and nothing else is touched', (t) => {
  const page = 'before\n\n<!-- rooms -->\n\nold\n\n<!-- /rooms -->\n\nafter\n';
  const rooms = [
    { path: 'lib/a', holds: 'one | two' },
    { path: 'lib/long', holds: 'b' },
  ];
  const written = withRooms(page, rooms);
  t.is(
    written,
    `before

<!-- rooms -->

| room       | holds      |
| ---------- | ---------- |
| \`lib/a\`    | one \\| two |
| \`lib/long\` | b          |

<!-- /rooms -->

after
`,
  );
  t.is(withRooms(written, rooms), written);
});

test('a page without the marks is an error', (t) => {
  t.throws(() => withRooms('no marks', []), { message: /<!-- rooms -->/ });
});

test('paths of a page are those inside the repository, as code', (t) => {
  t.deepEqual(
    pathsIn('`lib/stats`, `cascades/types/losses.ts`, `lib/**/*.wat`, `npm test`, lib/b, `out/x`'),
    ['lib/stats', 'cascades/types/losses.ts'],
  );
});
