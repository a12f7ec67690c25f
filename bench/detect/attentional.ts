import { type ScanTrace, stageTable, traceScan, traceTable } from '../../detect/index.js';
import { atLeast, atMost, type Check, columns, leftOut } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { OPENCV } from '../peers/known.js';
import { type BesideOneStage, besideOneStage, type Placed } from './besideOneStage.js';
import { CERTIFIED, CERTIFIED_QUICK, type Certificates, certify, FALSE_POSITIVES } from './certificates.js';
import { bestWithin, judge, type Point, SCALE_FACTOR } from './judge.js';
import { allNegatives } from './negatives.js';
import { type BesideOpencv, besideOpencv } from './opencv.js';
import type { Part } from './photographs.js';
import { type Scene, type SceneSource, sceneSources } from './scenes.js';
import {
  type Extent,
  FULL,
  ofStumps,
  QUICK,
  type Training,
  trainOneStage,
  trainOnScenes,
} from './sceneTraining.js';

const WEAK_OF_ONE_STAGE = 200;
const SHARES = [0.01, 0.03, 0.1, 0.3, 1, 3];

const SAME = 'scenes whose boxes are those of OpenCV with our XML, as a share';
const FASTER = 'times as fast as OpenCV with our cascade of trees, on one thread';

/** Scenes of digits over photographs: a cascade is trained, certified, and compared with one stage and with OpenCV. */
export const attentional: Workload = {
  peers: ({ quick }) => [{ peer: OPENCV, checks: quick ? [SAME] : [SAME, FASTER] }],
  async run({ seeds = [1], quick, full = false, log }) {
    const sources = await sceneSources();
    const [seed] = seeds;
    const extent = quick ? QUICK : FULL;
    log(`training: ${JSON.stringify(extent)}`);
    const training = await trainOnScenes(sources, extent, seed, log);
    log(training.reason);
    const { detector } = training;
    const scenes = testScenes(sources.unseen, `test ${seed}`, quick ? 8 : 300);
    const trace = traceScan(
      detector,
      scenes.map(({ image }) => image),
      { scaleFactor: SCALE_FACTOR },
    );
    const verdict = judge(detector, scenes);
    log(`${traceTable(trace)}\none stage of ${WEAK_OF_ONE_STAGE}, on windows that the cascade was fitted on`);
    const single = await oneStage(training, sources, extent, { seed, quick }, log);
    log('a cascade of stumps');
    const stumps = await trainOnScenes(sources, ofStumps(extent), seed, log);
    const beside = await besideOneStage(
      stumps.detector,
      single.detector,
      {
        validation: testScenes(sources.validation, `matched ${seed}`, quick ? 2 : 300),
        test: quick ? scenes.slice(0, 2) : scenes,
      },
      quick ? 1 : 5,
    );
    log('OpenCV');
    const opencv = await besideOpencv(detector, scenes.slice(0, quick ? 3 : 50), quick ? 1 : 5);
    log(`${JSON.stringify({ beside, opencv })}\ncertificates`);
    const on = quick ? CERTIFIED_QUICK : full ? CERTIFIED : { ...CERTIFIED, windows: undefined };
    const certificates = await certify(detector, sources, on, seed, log);
    const curve = SHARES.map((most) => ({ most, ...bestWithin(verdict, most) }));
    const measured = { training, single, stumps, trace, curve, beside, opencv, certificates };
    const json = {
      workload: 'attentional',
      quick,
      machine: machine(),
      versions: versions(),
      seed,
      extent,
      stages: training.table,
      seconds: training.seconds,
      nanosecondsPerUpdate: training.perUpdate,
      oneStage: { seconds: single.seconds, nanosecondsPerUpdate: single.perUpdate },
      stumps: { stages: stumps.table, seconds: stumps.seconds },
      trace,
      curve,
      beside,
      opencv,
      certificates: {
        detection: withoutDigests(certificates.detection),
        windows: certificates.windows && withoutDigests(certificates.windows),
      },
      checks: checksOf(measured, quick),
    };
    return { json, table: tableOf(measured) };
  },
};

interface Measured {
  readonly training: Training;
  readonly single: Training;
  readonly stumps: Training;
  readonly trace: ScanTrace;
  readonly curve: readonly (Point & { readonly most: number })[];
  readonly beside: BesideOneStage;
  readonly opencv: BesideOpencv | string;
  readonly certificates: Certificates;
}

function testScenes(source: SceneSource, seed: string, count: number): Scene[] {
  return Array.from({ length: count }, (_, i) => source.scene(`${seed} ${i}`));
}

/** As many windows of each kind as the cascade had for all its stages, and as many objects kept. */
function oneStage(
  { detector, table }: Training,
  sources: Record<Part, SceneSource>,
  extent: Extent,
  { seed, quick }: { readonly seed: number; readonly quick: boolean },
  log: (text: string) => void,
): Promise<Training> {
  const each = Math.ceil(extent.positives / table.length);
  const negatives = {
    training: allNegatives(detector, sources.training, each, `one stage ${seed}`),
    validation: allNegatives(detector, sources.validation, Math.ceil(each / 2), `one stage ${seed}`),
  };
  // Hardly trained, it would have to pass nearly every window to keep all objects.
  const hitRate = quick ? 0.5 : table.reduce((product, { validationHits }) => product * validationHits, 1);
  return trainOneStage(sources, extent, negatives, { weak: WEAK_OF_ONE_STAGE, hitRate }, seed, log);
}

/** With `quick` only that our XML means the same to OpenCV: figures are of a cascade that is hardly trained. */
function checksOf({ single, trace, beside, opencv, certificates }: Measured, quick: boolean): Check[] {
  const isThere = typeof opencv !== 'string';
  const alike = isThere ? atLeast(SAME, opencv.same / opencv.scenes, 1) : leftOut(SAME, '>= 1', opencv);
  if (quick) return [alike];
  const wrong = 'false positives a window, certified';
  const { detection, windows } = certificates;
  return [
    alike,
    isThere ? atLeast(FASTER, opencv.faster, 1) : leftOut(FASTER, '>= 1', opencv),
    atMost('weak learners a window on average', trace.weakPerWindow, 10),
    atLeast(`times as fast as one stage of ${WEAK_OF_ONE_STAGE} that finds as much`, beside.faster, 10),
    atLeast('the same in plain JavaScript, a window at a time', beside.fasterPlain, 10),
    // Matched on validation scenes: on test scenes both are estimates.
    atLeast(
      "that cascade's detection in test scenes, less the single stage's",
      beside.cascade.detection - beside.oneStage.detection,
      -0.01,
    ),
    atMost(
      "that cascade's false detections a test scene, less the single stage's",
      beside.cascade.false - beside.oneStage.false,
      0.1,
    ),
    atMost('nanoseconds of boosting a feature, sample and round, of stumps', single.perUpdate, 2),
    atLeast(
      'detection certified, with at most one false detection in 9 of 10 scenes',
      detection.detection?.lower ?? Number.NaN,
      0.9,
    ),
    windows
      ? atMost(wrong, windows.falsePositives?.upper ?? Number.NaN, FALSE_POSITIVES)
      : leftOut(wrong, `<= ${FALSE_POSITIVES}`, 'see --full'),
  ];
}

function tableOf({ training, trace, curve, beside, opencv, certificates }: Measured): string {
  const share = (value: number) => `${(100 * value).toFixed(1)} %`;
  const points = [
    ['false detections a scene', ...curve.map(({ false: each }) => each.toFixed(3))],
    ['detection', ...curve.map(({ detection }) => share(detection))],
    ['neighbours', ...curve.map(({ neighbours }) => String(neighbours))],
  ];
  const row = (name: string, { detection, false: each, stages, weak, weakPerWindow }: Placed) => [
    name,
    share(detection),
    each.toFixed(3),
    `${weak} in ${stages}`,
    weakPerWindow.toFixed(1),
  ];
  const compared = [
    ['', 'detection', 'false a scene', 'stumps', 'a window'],
    row('cascade of stumps', beside.cascade),
    row(`one stage of ${WEAK_OF_ONE_STAGE}`, beside.oneStage),
  ];
  const { least, cascade, oneStage } = beside.milliseconds;
  const { detection, windows } = certificates;
  return [
    stageTable(training.table),
    `${training.reason}; ${training.seconds.toFixed(0)} s, ${training.perUpdate.toFixed(2)} ns a feature, sample and round`,
    traceTable(trace),
    columns(points),
    [
      columns(compared),
      `the single stage takes ${beside.faster.toFixed(1)} times as long, ${beside.fasterPlain.toFixed(1)} times in plain JavaScript`,
      `ms a scene: ${cascade.toFixed(2)} the cascade, ${oneStage.toFixed(2)} the single stage, ${least.toFixed(2)} without weak learners`,
    ].join('\n'),
    typeof opencv === 'string'
      ? `OpenCV: ${opencv}`
      : `OpenCV ${opencv.version}: ${opencv.same} of ${opencv.scenes} scenes alike (${opencv.boxes} boxes), ${opencv.faster.toFixed(2)} times our time`,
    `detection: ${detection.verdict}${detection.reason === null ? '' : `, ${detection.reason}`}${windows ? `; false positives: ${windows.reason ?? windows.verdict}` : ''}`,
  ].join('\n\n');
}

function withoutDigests<T extends { readonly digests: unknown }>({ digests: _, ...rest }: T) {
  return rest;
}
