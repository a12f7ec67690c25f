import { modelAt } from '../../detect/dial/index.js';
import { Detector, traceScan } from '../../detect/index.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { bestWithin, judge, type Point, pointAt, SCALE_FACTOR } from './judge.js';
import type { Scene } from './scenes.js';

/** Both are judged at so many false detections a scene, or fewer. */
const FALSE = 1;

/** A detector at one point of its curve, as test scenes tell. */
export interface Placed extends Point {
  readonly stages: number;
  readonly weak: number;
  readonly weakPerWindow: number;
}

/** A cascade and one stage that find about as much, and their times. */
export interface BesideOneStage {
  readonly cascade: Placed;
  readonly oneStage: Placed;
  /** The single stage's time as a multiple of the cascade's: four windows at a time, and one at a time in plain JavaScript. */
  readonly faster: number;
  readonly fasterPlain: number;
  /** Milliseconds a scene of what both have to do: a stage of one stump that refuses every window, the cascade, and the single stage. */
  readonly milliseconds: { readonly least: number; readonly cascade: number; readonly oneStage: number };
}

/**
 * Compares a cascade with one stage at equal detection. On validation scenes the cascade gives up stages as long as it finds no less
 * than the single stage does, with as few false detections; test scenes then tell how both do.
 */
export async function besideOneStage(
  cascade: Detector,
  oneStage: Detector,
  scenes: { readonly validation: readonly Scene[]; readonly test: readonly Scene[] },
  rounds: number,
): Promise<BesideOneStage> {
  const goal = bestWithin(judge(oneStage, scenes.validation), FALSE);
  const matched = fewestStages(cascade, goal, scenes.validation);
  const timed = scenes.test.slice(0, 20).map(({ image }) => image);
  const scan =
    (some = timed) =>
    (detector: Detector) =>
    () => {
      for (const image of some) detector.detect(image, { scaleFactor: SCALE_FACTOR });
    };
  const plain = ({ model }: Detector) => new Detector(model, { kernel: 'plain' });
  const all = [matched.detector, oneStage, leastOf(oneStage)];
  const [ours, theirs, least] = await interleave(all.map(scan()), rounds, true);
  const slowly = await interleave(
    [matched.detector, oneStage].map(plain).map(scan(timed.slice(0, 5))),
    rounds,
  );
  const each = (times: readonly number[]) => Math.min(...times) / timed.length;
  return {
    cascade: placed(matched.detector, matched.neighbours, scenes.test),
    oneStage: placed(oneStage, goal.neighbours, scenes.test),
    faster: medianRatio(theirs, ours),
    fasterPlain: medianRatio(slowly[1], slowly[0]),
    milliseconds: { least: each(least), cascade: each(ours), oneStage: each(theirs) },
  };
}

/** The first stages of a cascade that still reach a point, or all of them. */
function fewestStages(detector: Detector, goal: Point, scenes: readonly Scene[]) {
  const { model } = detector;
  let best = { detector, neighbours: bestWithin(judge(detector, scenes), FALSE).neighbours };
  for (let stages = model.stageThresholds.length - 1; stages > 0; stages--) {
    const fewer = new Detector(modelAt(model, { stages, threshold: model.stageThresholds[stages - 1] }));
    const point = bestWithin(judge(fewer, scenes), FALSE);
    if (point.detection < goal.detection || point.false > FALSE) break;
    best = { detector: fewer, neighbours: point.neighbours };
  }
  return best;
}

/** Its first stump alone, which refuses every window: what is left is resizing, sums and norms. */
function leastOf({ model }: Detector): Detector {
  const stump = modelAt(
    { ...model, firstTree: Int32Array.of(0, 1) },
    { stages: 1, threshold: Number.MAX_SAFE_INTEGER },
  );
  return new Detector(stump);
}

function placed(detector: Detector, neighbours: number, scenes: readonly Scene[]): Placed {
  const { stageThresholds, firstNode } = detector.model;
  const { weakPerWindow } = traceScan(
    detector,
    scenes.map(({ image }) => image),
    { scaleFactor: SCALE_FACTOR },
  );
  return {
    ...pointAt(judge(detector, scenes), neighbours),
    stages: stageThresholds.length,
    weak: firstNode.length - 1,
    weakPerWindow,
  };
}
