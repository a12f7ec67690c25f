import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { greyImage, integralImages, resizeGrey } from '../../detect/image/index.js';
import { type CascadeModel, type Detections, Detector, readCascade } from '../../entries/detect.js';
import { atLength } from '../support/atLength.js';
import { folderFor } from '../support/files.js';
import { noise } from './image/images.js';

/** Bit for bit what OpenCV gives: fixtures, and OpenCV itself where Python has it. */

interface Expected {
  readonly boxes: readonly number[];
  readonly neighbours: readonly number[];
  readonly candidates: readonly number[];
  readonly sums: readonly number[];
}

interface Case extends Expected {
  readonly seed: number;
  readonly width: number;
  readonly height: number;
  readonly factor: number;
  readonly count: number;
  readonly digest: string;
  readonly sizes?: { readonly minSize: [number, number]; readonly maxSize: [number, number] };
}

interface Fixtures {
  readonly cascades: readonly string[];
  readonly cases: readonly Case[];
  readonly levels: readonly {
    readonly seed: number;
    readonly width: number;
    readonly height: number;
    readonly to: readonly [number, number];
    readonly resized: string;
    readonly sums: string;
    readonly squares: string;
    readonly tilted: string;
  }[];
  readonly grey: readonly number[];
}

const fixtures: Fixtures = JSON.parse(readFileSync(new URL('fixtures.json', import.meta.url), 'utf8'));

const digest = (values: ArrayBufferView) =>
  createHash('sha256')
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex');

const flat = (boxes: Detections['boxes']) =>
  boxes.flatMap(({ x, y, width, height }) => [x, y, width, height]);

for (const kernel of ['auto', 'plain'] as const) {
  test(`detections are those of OpenCV, small cascades, kernel ${kernel}`, (t) => {
    for (const { seed, width, height, factor, sizes, ...expected } of fixtures.cases) {
      const name = `seed ${seed}, factor ${factor}`;
      const detector = readCascade(fixtures.cascades[seed], { kernel });
      const options = { compat: 'opencv', scaleFactor: factor, minNeighbors: 2, ...sizes } as const;
      const found = detector.detect(noise(width, height, seed), options);
      const sums = found.candidates.map(({ score }) => score);
      t.is(sums.length, expected.count, name);
      t.deepEqual(sums.slice(0, 10), expected.sums, name);
      t.deepEqual(flat(found.candidates).slice(0, 40), expected.candidates, name);
      t.is(digest(Float64Array.of(...flat(found.candidates), ...sums)), expected.digest, name);
      t.deepEqual(flat(found.boxes), expected.boxes, name);
      t.deepEqual(
        found.boxes.map(({ neighbours }) => neighbours),
        expected.neighbours,
        name,
      );
    }
    t.true(fixtures.cases.filter(({ count }) => count > 0).length > 12);
    t.true(fixtures.cases.filter(({ boxes }) => boxes.length > 0).length > 6);
  });
}

test('resized and integral images are those of OpenCV', (t) => {
  t.is(fixtures.levels.length, 4);
  for (const { seed, width, height, to, resized, ...expected } of fixtures.levels) {
    const image = noise(width, height, seed);
    t.is(digest(resizeGrey(image, to[0], to[1]).data), resized);
    const { sums, squares, tilted } = integralImages(image);
    t.is(digest(sums), expected.sums);
    t.is(digest(squares), expected.squares);
    t.is(digest(tilted), expected.tilted);
  }
});

test('grey is that of OpenCV', (t) => {
  const { data } = noise(24, 8, 1);
  const rgba = new Uint8Array(4 * 64).map((_, i) => (i % 4 === 3 ? 9 : data[3 * (i >> 2) + (i % 4)]));
  t.deepEqual([...greyImage({ data: rgba, width: 8, height: 8 }).data], fixtures.grey);
});

/** Debian's Python has Debian's OpenCV, another one what pip installed. */
const python = ['/usr/bin/python3', 'python3'].find(
  (command) =>
    (command === 'python3' || existsSync(command)) &&
    spawnSync(command, ['-c', 'import cv2; assert cv2.__version__ < "5"']).status === 0,
);
const live = python === undefined ? test.skip : test;

/** OpenCV's answers, one request after the other. */
class Opencv {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;

  constructor(command: string) {
    this.child = spawn(command, [fileURLToPath(new URL('fixtures.py', import.meta.url))]);
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  async next<T>(): Promise<T> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error('OpenCV ended');
    return JSON.parse(value);
  }

  detect(request: object): Promise<Expected> {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    return this.next();
  }

  close(): void {
    this.child.stdin.end();
  }
}

function compare(t: ExecutionContext, found: Detections, expected: Expected, name: string): void {
  t.deepEqual(flat(found.candidates), expected.candidates, name);
  t.deepEqual(
    found.candidates.map(({ score }) => score),
    expected.sums,
    name,
  );
  t.deepEqual(flat(found.boxes), expected.boxes, name);
  t.deepEqual(
    found.boxes.map(({ neighbours }) => neighbours),
    expected.neighbours,
    name,
  );
}

/** The cascade up to a stage that passes all that comes to it, so that OpenCV tells this stage's sums. */
function cutAfter(model: CascadeModel, stage: number): CascadeModel {
  const trees = model.firstTree[stage + 1];
  const nodes = model.firstNode[trees];
  const stageThresholds = model.stageThresholds.slice(0, stage + 1);
  stageThresholds[stage] = -1e6;
  return {
    ...model,
    stageThresholds,
    firstTree: model.firstTree.slice(0, stage + 2),
    firstNode: model.firstNode.slice(0, trees + 1),
    left: model.left.slice(0, nodes),
    right: model.right.slice(0, nodes),
    feature: model.feature.slice(0, nodes),
    thresholds: model.thresholds.slice(0, nodes),
    subsets: model.subsets.slice(0, 8 * nodes),
    leaves: model.leaves.slice(0, nodes + trees),
  };
}

live(
  "detections and stage sums are OpenCV's, of its cascades too (left out without cv2 in Python)",
  async (t) => {
    const folder = await folderFor(t);
    const opencv = new Opencv(python ?? '');
    try {
      const { cascades } = await opencv.next<{ cascades: string }>();
      // Debian's package has none beside it.
      const places = [cascades, '/usr/share/opencv4/haarcascades/'];
      const place = places.find((path) => path !== '' && existsSync(path));
      const all = place === undefined ? [] : readdirSync(place).filter((name) => name.endsWith('.xml'));
      const files = all.slice(0, atLength(1, all.length));
      const [width, height] = [150, 120];
      const { data } = noise(width, height, 7);
      const image = `${folder}/image.raw`;
      writeFileSync(image, data);
      const own = fixtures.cascades.slice(0, atLength(3, fixtures.cascades.length)).map((xml, i) => {
        const path = `${folder}/${i}.xml`;
        writeFileSync(path, xml);
        return path;
      });
      for (const cascade of [...own, ...files.map((name) => `${place}${name}`)]) {
        const detector = readCascade(readFileSync(cascade));
        const { model } = detector;
        const written = `${folder}/cut.xml`;
        const cut = new Detector(cutAfter(model, Math.min(2, model.stageThresholds.length - 1)));
        // OpenCV reads past what is kept beside the cascade.
        for (let i = 0; i < 1_000; i++) cut.used.add((i * 987_654_321_987) % 2 ** 53);
        writeFileSync(written, cut.toXml());
        for (const [path, ours] of [
          [cascade, detector],
          [written, cut],
        ] as const) {
          const expected = await opencv.detect({ cascade: path, image, width, height, factor: 1.3 });
          const found = ours.detect({ data, width, height }, { compat: 'opencv', scaleFactor: 1.3 });
          compare(t, found, expected, path);
        }
      }
    } finally {
      opencv.close();
    }
  },
);
