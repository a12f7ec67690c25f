import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { type Detections, readCascade } from 'spillway/detect';
import { random } from '../../lib/stats/index.js';
import { atLeast, type Check, columns, leftOut } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { PYTHON, type PythonPeer, startPython } from '../peers/python.js';

const SIDE = 512;
const FACTOR = 1.1;
const ROUNDS = 9;

/** Cascades of `opencv-data`, and how many times as fast as OpenCV we are to be, in WebAssembly and in plain JavaScript. */
const CASCADES = [
  { name: 'haarcascade_frontalface_default', fast: 2, plain: 0.45 },
  { name: 'haarcascade_frontalface_alt2', fast: 1 },
  { name: 'lbpcascade_frontalface', fast: 1 },
] as const;

/** Cascades of OpenCV over one image on one thread: how long it takes, and whether boxes are OpenCV's. */
export const attentionalScan: Workload = {
  async run({ quick, log }) {
    const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
    const opencv = await start();
    try {
      const image = join(folder, 'image.raw');
      const data = shapes();
      await writeFile(image, data);
      const results: Result[] = [];
      for (const cascade of CASCADES) {
        const path = typeof opencv === 'string' ? undefined : pathOf(opencv, cascade.name);
        if (typeof opencv === 'string' || path === undefined) continue;
        log(cascade.name);
        results.push(await measure(cascade, path, data, image, opencv, quick ? 3 : ROUNDS));
      }
      const why = typeof opencv === 'string' ? opencv : 'opencv-data is not installed';
      const checks = CASCADES.flatMap(({ name, ...goals }): Check[] => {
        const found = results.find((result) => result.name === name);
        const what = `${name}: times as fast as OpenCV`;
        if (found === undefined) return [leftOut(what, `>= ${goals.fast}`, why)];
        return [
          atLeast(`${name}: boxes that are OpenCV's, as a share`, found.same, 1),
          ...(quick ? [] : [atLeast(what, found.fast, goals.fast)]),
          ...(quick || !('plain' in goals) ? [] : [atLeast(`${what}, plain`, found.plain, goals.plain)]),
        ];
      });
      const version = typeof opencv === 'string' ? {} : { opencv: stated(opencv, 'version') };
      const json = {
        workload: 'attentional-scan',
        quick,
        machine: machine(),
        versions: { ...versions(), ...version },
        cascades: results,
        checks,
      };
      return { json, table: tableOf(results) };
    } finally {
      if (typeof opencv !== 'string') await opencv.close();
      await rm(folder, { recursive: true });
    }
  },
};

interface Result {
  readonly name: string;
  /** Milliseconds an image, medians. */
  readonly opencvMs: number;
  readonly fastMs: number;
  readonly plainMs: number;
  /** OpenCV's time over ours, medians of the rounds' ratios. */
  readonly fast: number;
  readonly plain: number;
  readonly same: number;
}

/** Debian's, or that of another Python. */
async function start(): Promise<PythonPeer | string> {
  const from = (interpreter: string) =>
    startPython('opencv.py', '', interpreter, { name: 'opencv', module: 'cv2' });
  const debian = await from(PYTHON);
  return typeof debian === 'string' && PYTHON !== 'python3' ? from('python3') : debian;
}

function stated(peer: PythonPeer, key: string): string {
  const found = Object.entries(peer.ready).find(([name]) => name === key);
  return String(found?.[1] ?? '');
}

/** Debian has LBP cascades in a folder beside the others; the package of PyPI has none. */
function pathOf(peer: PythonPeer, name: string): string | undefined {
  const place = stated(peer, 'cascades');
  const paths = [join(place, `${name}.xml`), join(place, '../lbpcascades', `${name}.xml`)];
  return place === '' ? undefined : paths.find((path) => existsSync(path));
}

async function measure(
  { name }: { readonly name: string },
  path: string,
  data: Uint8Array,
  image: string,
  opencv: PythonPeer,
  rounds: number,
): Promise<Result> {
  const xml = await readFile(path);
  const [fast, plain] = (['auto', 'plain'] as const).map((kernel) => readCascade(xml, { kernel }));
  const options = { compat: 'opencv', scaleFactor: FACTOR } as const;
  const given = { data, width: SIDE, height: SIDE };
  const request = JSON.stringify({ cascade: path, image, width: SIDE, height: SIDE, factor: FACTOR });
  let seconds: number[] = [];
  const [, fastTimes, plainTimes] = await interleave(
    [
      async () => seconds.push(numberOf(await opencv.request(request), 'seconds')),
      () => fast.detect(given, options),
      () => plain.detect(given, options),
    ],
    rounds,
    true,
  );
  // Every second one was to warm it up.
  seconds = seconds.filter((_, i) => i % 2 === 1);
  const opencvTimes = seconds.map((time) => 1000 * time);
  const answer = await opencv.request(request);
  const same = [fast, plain].filter((detector) => isSame(detector.detect(given, options), answer)).length / 2;
  return {
    name,
    opencvMs: median(opencvTimes),
    fastMs: median(fastTimes),
    plainMs: median(plainTimes),
    fast: medianRatio(opencvTimes, fastTimes),
    plain: medianRatio(opencvTimes, plainTimes),
    same,
  };
}

function isSame({ boxes }: Detections, answer: object): boolean {
  const flat = boxes.flatMap(({ x, y, width, height }) => [x, y, width, height]);
  const neighbours = boxes.map((box) => box.neighbours);
  const ours = JSON.stringify([flat, neighbours]);
  return (
    'boxes' in answer && 'neighbours' in answer && ours === JSON.stringify([answer.boxes, answer.neighbours])
  );
}

function numberOf(answer: object, key: string): number {
  return Number(Object.entries(answer).find(([name]) => name === key)?.[1]);
}

/** Discs and bars of many sizes over slow shades, with grain: most windows are refused early, as in photographs. */
function shapes(): Uint8Array {
  const stream = random(1).fork('attentional');
  const data = new Uint8Array(SIDE * SIDE);
  const discs = Array.from({ length: 150 }, () => ({
    x: SIDE * stream.uniform(),
    y: SIDE * stream.uniform(),
    radius: 4 + 60 * stream.uniform() ** 2,
    shade: 120 * (stream.uniform() - 0.5),
  }));
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      let shade = 60 + (130 * x) / SIDE + 12 * (stream.uniform() - 0.5);
      for (const disc of discs) {
        if ((x - disc.x) ** 2 + (y - disc.y) ** 2 < disc.radius ** 2) shade += disc.shade;
      }
      data[y * SIDE + x] = Math.max(0, Math.min(255, Math.round(shade)));
    }
  }
  return data;
}

function tableOf(results: readonly Result[]): string {
  return columns([
    ['cascade', 'OpenCV ms', 'WebAssembly', 'plain', 'same boxes'],
    ...results.map(({ name, opencvMs, fast, plain, same }) => [
      name,
      opencvMs.toFixed(1),
      `${fast.toFixed(2)}x`,
      `${plain.toFixed(2)}x`,
      same.toFixed(2),
    ]),
  ]);
}
