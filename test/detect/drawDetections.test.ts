import test from 'ava';
import { parseHTML } from 'linkedom';
import { drawDetections } from '../../entries/detect.js';
import { noise } from './training/scenes.js';

/** The elements of a drawing, which must be an SVG. */
function read(svg: string) {
  checkNesting(svg);
  const { document } = parseHTML(`<body>${svg}</body>`);
  return (selector: string) => [...document.querySelectorAll(selector)];
}

/** Every element that is opened is closed, in order. */
function checkNesting(svg: string): void {
  const open: string[] = [];
  for (const [, close, name, empty] of svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/gi)) {
    if (close) {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> ends <${last}>`);
    } else if (!empty) open.push(name);
  }
  if (open.length > 0) throw new Error(`<${open.join('> <')}> stay open`);
}

const boxes = [
  { x: 3, y: 4, width: 10, height: 12, neighbours: 5, score: 1.5 },
  { x: 20, y: 30, width: 10, height: 10, neighbours: 4, score: -0.25 },
];

test('boxes lie where they were found, numbered, over the embedded image', (t) => {
  const image = noise('d', 40, 50);
  const all = read(drawDetections(image, boxes, { title: 'a < b & "c"' }));
  t.is(all('svg')[0].getAttribute('viewBox'), '0 0 40 50');
  t.is(all('svg > title')[0].textContent, 'a < b & "c"');
  t.regex(all('image')[0].getAttribute('href') ?? '', /^data:image\/png;base64,iVBOR/);
  const placed = all('rect').map((rect) =>
    ['x', 'y', 'width', 'height'].map((name) => Number(rect.getAttribute(name))),
  );
  const expected = boxes.map(({ x, y, width, height }) => [x, y, width, height]);
  t.deepEqual(placed, [...expected, ...expected]);
  t.deepEqual(
    all('text').map(({ textContent }) => textContent),
    ['1', '2'],
  );
  t.regex(all('rect > title')[1].textContent ?? '', /4 windows, sum -0\.25/);
});

test('a picture by its address, which is escaped', (t) => {
  const svg = drawDetections({ href: 'a.png?x="1"&y=<2>', width: 9, height: 9 }, []);
  t.true(svg.includes('href="a.png?x=&quot;1&quot;&amp;y=&lt;2&gt;"'));
  t.is(read(svg)('rect').length, 0);
});

test('a picture that is none is refused', (t) => {
  t.throws(() => drawDetections({ data: new Uint8Array(3), width: 2, height: 2 }, []), { message: /'data'/ });
});
