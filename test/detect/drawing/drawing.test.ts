import test from 'ava';
import { parseHTML } from 'linkedom';
import { Detector, drawDetections, drawFeatures } from '../../../entries/detect.js';
import { madeModel } from '../models.js';
import { noise } from '../training/scenes.js';

const shape = { nodes: 1, tilted: true, whole: true, width: 10, height: 8 };
const haar = new Detector(madeModel({ kind: 'haar', seed: 5, ...shape }));
const lbp = new Detector(madeModel({ kind: 'lbp', seed: 5, ...shape }));

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

test('features: one cell a weak learner, over the mean of the objects', (t) => {
  for (const detector of [haar, lbp]) {
    const trees = detector.model.firstNode.length - 1;
    const all = read(drawFeatures(detector, { count: 3 }));
    t.is(all('text').length, Math.min(3, trees));
    t.is(all('image').length, 0);
    const every = read(
      drawFeatures(detector, { count: 500, positives: [noise('p', 10, 8), noise('q', 20, 16)] }),
    );
    t.is(every('text').length, trees);
    t.is(every('use').length, trees);
    t.is(every('image').length, 1);
  }
  const [cell] = read(drawFeatures(lbp, { count: 1 }))('g > g');
  t.is(cell.querySelectorAll('rect').length, 1 + 9);
  const { features, feature } = haar.model;
  const used = [0, 1, 2].filter((i) => features.weights[3 * feature[0] + i] !== 0).length;
  const [first] = read(drawFeatures(haar, { count: 1 }))('g > g');
  t.is(first.querySelectorAll('rect, polygon').length, 1 + used);
});

test('mistakes are named', (t) => {
  t.throws(() => drawFeatures(haar, { count: 0 }), { message: /'count'/ });
  t.throws(() => drawFeatures(haar, { positives: [{ data: new Uint8Array(3), width: 2, height: 2 }] }), {
    message: /'data'/,
  });
  t.throws(() => drawDetections({ data: new Uint8Array(3), width: 2, height: 2 }, []), { message: /'data'/ });
});
