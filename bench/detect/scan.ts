import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { readCascade } from 'spillway/detect';
import { type GreyImage, resizeGrey } from '../../detect/image/index.js';
import { atLeast, type Check, columns, leftOut } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { OPENCV, OPENCV_JS } from '../peers/known.js';
import { facePictures } from './faces.js';
import { type Found, foundBy, type Picture, sameBoxes } from './found.js';
import { OpencvJs } from './opencvJs.js';
import { type KeptImage, keep, OpencvPeer } from './opencvPeer.js';
import { photograph } from './photographs.js';
import { type Compared, type Sweep, sameAsOpencv, sweepTable } from './sameAsOpencv.js';

const SIDE = 512;
const FACTOR = 1.1;
const ROUNDS = 9;

/** Cascades of `opencv-data`, and how many times as fast as OpenCV we are to be, in WebAssembly and in plain JavaScript. */
const CASCADES = [
  { name: 'haarcascade_frontalface_default', fast: 2, plain: 0.45 },
  { name: 'haarcascade_frontalface_alt2', fast: 1 },
  { name: 'lbpcascade_frontalface', fast: 1 },
] as const;

/** Photographs that are compared, none wider or higher than `MOST`. */
const PHOTOGRAPHS = [
  'nagasaki-boats',
  'black-canyon',
  'dust-bowl-home',
  'locomotion-house-cat',
  'airplane-from-above',
] as const;
const MOST = 480;
const FACTORS = [1.05, 1.1, 1.37, 2];
const LEAST_GROUPS = 200;

const alikeIn = (peer: string) => `pairs of cascade, picture and factor alike in ${peer}, as a share`;
const [NATIVE, COMPILED] = [alikeIn('OpenCV'), alikeIn('OpenCV in JavaScript')];
const GROUPS = 'groups compared';
const timesOf = (name: string) => `${name}: times as fast as OpenCV`;

/** OpenCV's cascades over photographs on one thread: whether all that is found is OpenCV's, and how long it takes. */
export const attentionalScan: Workload = {
  peers: ({ quick }) => [
    { peer: OPENCV, checks: [NATIVE, COMPILED, GROUPS, ...CASCADES.map(({ name }) => timesOf(name))] },
    // A quick run installs nothing.
    ...(quick ? [] : [{ peer: OPENCV_JS, checks: [COMPILED] }]),
  ],
  async run({ quick, log }) {
    const folder = await mkdtemp(join(tmpdir(), 'spillway-bench-'));
    const opencv = await OpencvPeer.start();
    try {
      const measured = typeof opencv === 'string' ? undefined : await measureAll(opencv, folder, quick, log);
      const why = typeof opencv === 'string' ? opencv : 'opencv-data is not installed';
      const json = {
        workload: 'attentional-scan',
        quick,
        machine: machine(),
        versions: { ...versions(), ...measured?.versions },
        cascades: measured?.results ?? [],
        sweep: measured?.sweep,
        missing: measured?.missing ?? [],
        checks: [...sweepChecks(measured, why, quick), ...speedChecks(measured?.results ?? [], why, quick)],
      };
      return { json, table: measured === undefined ? why : tableOf(measured) };
    } finally {
      if (typeof opencv !== 'string') await opencv.close();
      await rm(folder, { recursive: true });
    }
  },
};

interface Measured {
  readonly results: readonly Result[];
  readonly sweep: Sweep;
  /** Pictures that aren't there. */
  readonly missing: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
}

/** Milliseconds are of one image, medians; ratios are medians of the rounds' ratios. */
interface Result {
  readonly name: string;
  readonly opencvMs: number;
  readonly opencvJsMs: number | null;
  readonly fastMs: number;
  readonly plainMs: number;
  /** OpenCV's time over ours. */
  readonly fast: number;
  readonly plain: number;
  /** The time of OpenCV in JavaScript over ours. */
  readonly overJs: number | null;
  readonly same: number;
}

async function measureAll(
  opencv: OpencvPeer,
  folder: string,
  quick: boolean,
  log: (text: string) => void,
): Promise<Measured> {
  const opencvJs = quick ? 'a quick run installs nothing' : await OpencvJs.load();
  const peers = { opencv, opencvJs };
  const faces = await facePictures((file) => opencv.picture(file));
  const own = await Promise.all(
    PHOTOGRAPHS.map(async (name) => ({ name, image: within(await photograph(name), MOST) })),
  );
  const timed =
    faces.find(({ name }) => name === 'astronaut')?.image ?? square(await photograph(PHOTOGRAPHS[0]));
  const cascades = opencv.cascades();
  const results: Result[] = [];
  for (const { name } of CASCADES) {
    const path = cascades.get(name);
    if (path === undefined) continue;
    log(name);
    results.push(await measure(name, path, timed, peers, folder, quick ? 2 : ROUNDS));
  }
  const compared: readonly Picture[] = quick ? own.slice(0, 1) : [...own, ...faces];
  const chosen = quick
    ? new Map([...cascades].filter(([name]) => results.some((each) => each.name === name)))
    : cascades;
  const sweep = await sameAsOpencv(chosen, compared, quick ? [1.37] : FACTORS, peers, folder, log);
  const missing = faces.length < 2 ? ["scikit-image's pictures with faces"] : [];
  const js = typeof opencvJs === 'string' ? {} : { opencvJs: opencvJs.version };
  return { results, sweep, missing, versions: { opencv: opencv.version, ...js } };
}

async function measure(
  name: string,
  path: string,
  image: GreyImage,
  { opencv, opencvJs }: { readonly opencv: OpencvPeer; readonly opencvJs: OpencvJs | string },
  folder: string,
  rounds: number,
): Promise<Result> {
  const xml = await readFile(path);
  const kept: KeptImage = await keep(image, join(folder, 'image.grey'));
  const [fast, plain] = (['auto', 'plain'] as const).map((kernel) => readCascade(xml, { kernel }));
  const detect = { compat: 'opencv', scaleFactor: FACTOR } as const;
  const runner = typeof opencvJs === 'string' ? undefined : opencvJs.runner(name, xml, image);
  const seconds: number[] = [];
  const runs = [
    async () => seconds.push((await opencv.detect(path, kept, FACTOR)).seconds),
    () => fast.detect(image, detect),
    () => plain.detect(image, detect),
    ...(runner === undefined ? [] : [() => runner.run(FACTOR, 3)]),
  ];
  const [, fastTimes, plainTimes, jsTimes] = await interleave(runs, rounds, true);
  // Every second one was to warm it up.
  const opencvTimes = seconds.filter((_, i) => i % 2 === 1).map((time) => 1000 * time);
  const theirs: Found[] = [await opencv.detect(path, kept, FACTOR)];
  if (runner !== undefined) theirs.push(runner.found());
  runner?.end();
  const ours = [fast, plain].map((detector) => foundBy(detector.detect(image, detect)));
  const alike = theirs.flatMap((their) => ours.map((our) => sameBoxes(our, their)));
  return {
    name,
    opencvMs: median(opencvTimes),
    opencvJsMs: jsTimes === undefined ? null : median(jsTimes),
    fastMs: median(fastTimes),
    plainMs: median(plainTimes),
    fast: medianRatio(opencvTimes, fastTimes),
    plain: medianRatio(opencvTimes, plainTimes),
    overJs: jsTimes === undefined ? null : medianRatio(jsTimes, fastTimes),
    same: alike.filter(Boolean).length / alike.length,
  };
}

/** With its longer side of so many pixels at most. */
function within(image: GreyImage, most: number): GreyImage {
  const share = Math.min(1, most / Math.max(image.width, image.height));
  return resizeGrey(image, Math.round(share * image.width), Math.round(share * image.height));
}

/** The upper left corner, as large as the image that is timed. */
function square({ data, stride }: GreyImage): GreyImage {
  return { data, stride, width: SIDE, height: SIDE };
}

function sweepChecks(measured: Measured | undefined, why: string, quick: boolean): Check[] {
  if (measured === undefined) {
    return [NATIVE, COMPILED]
      .map((what) => leftOut(what, '>= 1', why))
      .concat(leftOut(GROUPS, `>= ${LEAST_GROUPS}`, why));
  }
  const { sweep, missing } = measured;
  const share = (what: string, compared: Compared | string) =>
    typeof compared === 'string'
      ? leftOut(what, '>= 1', compared)
      : atLeast(what, compared.same / compared.pairs, 1);
  const few = quick ? 'a quick run compares few' : `without ${missing.join(', ')}`;
  return [
    share(NATIVE, sweep.opencv),
    share(COMPILED, sweep.opencvJs),
    quick || missing.length > 0
      ? leftOut(GROUPS, `>= ${LEAST_GROUPS}`, few)
      : atLeast(GROUPS, sweep.groups, LEAST_GROUPS),
  ];
}

function speedChecks(results: readonly Result[], why: string, quick: boolean): Check[] {
  return CASCADES.flatMap(({ name, ...goals }): Check[] => {
    const found = results.find((result) => result.name === name);
    const what = timesOf(name);
    if (found === undefined) return [leftOut(what, `>= ${goals.fast}`, why)];
    return [
      atLeast(`${name}: boxes that are the peers', as a share`, found.same, 1),
      ...(quick ? [] : [atLeast(what, found.fast, goals.fast)]),
      ...(quick || !('plain' in goals) ? [] : [atLeast(`${what}, plain`, found.plain, goals.plain)]),
    ];
  });
}

function tableOf({ results, sweep, missing }: Measured): string {
  const times = (ratio: number | null) => (ratio === null ? '-' : `${ratio.toFixed(2)}x`);
  const table = columns([
    ['cascade', 'OpenCV ms', 'WebAssembly', 'plain', 'over OpenCV in JavaScript', 'same boxes'],
    ...results.map(({ name, opencvMs, fast, plain, overJs, same }) => [
      name,
      opencvMs.toFixed(1),
      times(fast),
      times(plain),
      times(overJs),
      same.toFixed(2),
    ]),
  ]);
  const left = missing.map((each) => `left out: ${each}`);
  return [table, sweepTable(sweep), ...left].join('\n');
}
