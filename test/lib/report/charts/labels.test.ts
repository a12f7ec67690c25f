import test from 'ava';
import fc from 'fast-check';
import { placeLabels } from '../../../../lib/report/charts/labels.js';

const frame = { left: 0, right: 400, top: 0, bottom: 300 };

test('a label stands right of its dot where there is room, else left', (t) => {
  const [a, b] = placeLabels(
    [
      { x: 50, y: 50, text: 'first' },
      { x: 390, y: 200, text: 'last' },
    ],
    [],
    frame,
  );
  t.deepEqual([a.anchor, b.anchor], ['start', 'end']);
  t.true(a.x > 50 && b.x < 390);
});

test('labels never cross each other, an obstacle or the frame', (t) => {
  const dot = fc.record({
    x: fc.integer({ min: 0, max: 400 }),
    y: fc.integer({ min: 0, max: 300 }),
    text: fc.constantFrom('words', 'signals', 'a much longer name'),
  });
  const boxOf = ({ x, y, anchor, text }: ReturnType<typeof placeLabels>[number]) => {
    const width = text.length * 6.6;
    const left = anchor === 'start' ? x : anchor === 'end' ? x - width : x - width / 2;
    return { left, right: left + width, top: y - 7, bottom: y + 7 };
  };
  fc.assert(
    fc.property(fc.array(dot, { maxLength: 12 }), (dots) => {
      const obstacles = dots.map(({ x, y }) => ({ left: x - 5, right: x + 5, top: y - 5, bottom: y + 5 }));
      const boxes = placeLabels(dots, obstacles, frame).map(boxOf);
      const all = [...obstacles, ...boxes];
      for (const box of boxes) {
        t.true(box.left >= 0 && box.right <= 400 && box.top >= 0 && box.bottom <= 300);
        for (const other of all) {
          if (other === box) continue;
          t.false(
            box.left < other.right &&
              other.left < box.right &&
              box.top < other.bottom &&
              other.top < box.bottom,
          );
        }
      }
    }),
  );
});

test('a dot with no free place goes without', (t) => {
  t.deepEqual(placeLabels([{ x: 50, y: 50, text: 'none' }], [frame], frame), []);
});
