import {
  type Detector,
  type ScanTrace,
  stageTable,
  traceScan,
  traceTable,
} from '../../cascades/attentional/index.js';
import { atLeast, atMost, type Check, columns, leftOut } from '../harness/checks.js';
import type { Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { CERTIFIED, CERTIFIED_QUICK, type Certificates, certify, FALSE_POSITIVES } from './certificates.js';
import { bestWithin, judge, type Point, SCALE_FACTOR, type Verdict } from './judge.js';
import { allNegatives } from './negatives.js';
import { type BesideOpencv, besideOpencv } from './opencv.js';
import type { Part } from './photographs.js';
import { type Scene, type SceneSource, sceneSources } from './scenes.js';
import { type Extent, FULL, QUICK, type Training, trainOneStage, trainOnScenes } from './sceneTraining.js';

const WEAK_OF_ONE_STAGE = 200;
const SHARES = [0.01, 0.03, 0.1, 0.3, 1, 3];

/** Scenes of digits over photographs: a cascade is trained, certified, and compared with one stage and with OpenCV. */
export const attentional: Workload = {
  async run({ seeds = [1], quick, log }) {
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
    const single = await oneStage(training, sources, extent, seed, log);
    const beside = await compare(detector, single.detector, scenes, verdict, quick ? 2 : 5);
    log('OpenCV');
    const opencv = await besideOpencv(detector, scenes.slice(0, quick ? 3 : 50), quick ? 1 : 5);
    log(`${JSON.stringify({ beside, opencv })}\ncertificates`);
    const certificates = await certify(detector, sources, quick ? CERTIFIED_QUICK : CERTIFIED, seed, log);
    const curve = SHARES.map((most) => ({ most, ...bestWithin(verdict, most) }));
    const measured = { training, single, trace, curve, beside, opencv, certificates };
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
      trace,
      curve,
      beside,
      opencv,
      certificates: {
        detection: withoutDigests(certificates.detection),
        windows: withoutDigests(certificates.windows),
      },
      checks: checksOf(measured, quick),
    };
    return { json, table: tableOf(measured) };
  },
};

interface Measured {
  readonly training: Training;
  readonly single: Training;
  readonly trace: ScanTrace;
  readonly curve: readonly (Point & { readonly most: number })[];
  readonly beside: BesideOneStage;
  readonly opencv: BesideOpencv | string;
  readonly certificates: Certificates;
}

/** A cascade and one stage at about as many false detections. */
interface BesideOneStage {
  readonly cascade: Point;
  readonly oneStage: Point;
  /** The single stage's time as a multiple of the cascade's. */
  readonly faster: number;
}

function testScenes(source: SceneSource, seed: string, count: number): Scene[] {
  return Array.from({ length: count }, (_, i) => source.scene(`${seed} ${i}`));
}

/** As many windows of each kind as the cascade had for all its stages, and as many objects kept. */
function oneStage(
  { detector, table }: Training,
  sources: Record<Part, SceneSource>,
  extent: Extent,
  seed: number,
  log: (text: string) => void,
): Promise<Training> {
  const each = Math.ceil(extent.positives / table.length);
  const negatives = {
    training: allNegatives(detector, sources.training, each, `one stage ${seed}`),
    validation: allNegatives(detector, sources.validation, Math.ceil(each / 2), `one stage ${seed}`),
  };
  const hitRate = table.reduce((product, { hits }) => product * hits, 1);
  return trainOneStage(sources, extent, negatives, { weak: WEAK_OF_ONE_STAGE, hitRate }, seed, log);
}

/** Both at one false detection a scene at most, each with the neighbours that it takes. */
async function compare(
  cascade: Detector,
  oneStage: Detector,
  scenes: readonly Scene[],
  verdict: Verdict,
  rounds: number,
): Promise<BesideOneStage> {
  const timed = scenes.slice(0, 20);
  const scan = (detector: Detector) => () => {
    for (const { image } of timed) detector.detect(image, { scaleFactor: SCALE_FACTOR });
  };
  const [ours, theirs] = await interleave([scan(cascade), scan(oneStage)], rounds, true);
  const other = judge(oneStage, scenes);
  return {
    cascade: bestWithin(verdict, 1),
    oneStage: bestWithin(other, 1),
    faster: medianRatio(theirs, ours),
  };
}

/** With `quick` only that our XML means the same to OpenCV: figures are of a cascade that is hardly trained. */
function checksOf({ single, trace, beside, opencv, certificates }: Measured, quick: boolean): Check[] {
  const same = 'scenes whose boxes are those of OpenCV with our XML, as a share';
  const faster = 'times as fast as OpenCV with our cascade of trees, on one thread';
  const isThere = typeof opencv !== 'string';
  const alike = isThere ? atLeast(same, opencv.same / opencv.scenes, 1) : leftOut(same, '>= 1', opencv);
  if (quick) return [alike];
  const { detection, windows } = certificates;
  return [
    alike,
    isThere ? atLeast(faster, opencv.faster, 1) : leftOut(faster, '>= 1', opencv),
    atMost('weak learners a window on average', trace.weakPerWindow, 10),
    atLeast(`times as fast as one stage of ${WEAK_OF_ONE_STAGE}`, beside.faster, 10),
    atLeast(
      "detection at one false detection a scene, less the single stage's",
      beside.cascade.detection - beside.oneStage.detection,
      0,
    ),
    atMost('nanoseconds of boosting a feature, sample and round, of stumps', single.perUpdate, 2),
    atLeast(
      'detection certified, with at most one false detection in 9 of 10 scenes',
      detection.detection?.lower ?? Number.NaN,
      0.9,
    ),
    atMost(
      'false positives a window, certified',
      windows.falsePositives?.upper ?? Number.NaN,
      FALSE_POSITIVES,
    ),
  ];
}

function tableOf({ training, trace, curve, beside, opencv, certificates }: Measured): string {
  const share = (value: number) => `${(100 * value).toFixed(1)} %`;
  const points = [
    ['false detections a scene', ...curve.map(({ false: each }) => each.toFixed(3))],
    ['detection', ...curve.map(({ detection }) => share(detection))],
    ['neighbours', ...curve.map(({ neighbours }) => String(neighbours))],
  ];
  const compared = [
    ['', 'detection', 'false a scene'],
    ['cascade', share(beside.cascade.detection), beside.cascade.false.toFixed(3)],
    [`one stage of ${WEAK_OF_ONE_STAGE}`, share(beside.oneStage.detection), beside.oneStage.false.toFixed(3)],
  ];
  const { detection, windows } = certificates;
  return [
    stageTable(training.table),
    `${training.reason}; ${training.seconds.toFixed(0)} s, ${training.perUpdate.toFixed(2)} ns a feature, sample and round`,
    traceTable(trace),
    columns(points),
    `${columns(compared)}\nthe single stage takes ${beside.faster.toFixed(1)} times as long`,
    typeof opencv === 'string'
      ? `OpenCV: ${opencv}`
      : `OpenCV ${opencv.version}: ${opencv.same} of ${opencv.scenes} scenes alike (${opencv.boxes} boxes), ${opencv.faster.toFixed(2)} times our time`,
    `detection: ${detection.verdict}${detection.reason === null ? '' : `, ${detection.reason}`}; false positives: ${windows.verdict}${windows.reason === null ? '' : `, ${windows.reason}`}`,
  ].join('\n\n');
}

function withoutDigests<T extends { readonly digests: unknown }>({ digests: _, ...rest }: T) {
  return rest;
}
