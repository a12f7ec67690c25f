import { type CascadeModel, limitOf } from '../model/index.js';
import {
  type Box,
  clipBoxes,
  type detectOptions,
  groupBoxes,
  visitsOf,
  windowBox,
  windowCounts,
} from '../scan/index.js';
import type { ScanProgress } from './progress.js';
import type { Version } from './version.js';

/** Windows by size: each band begins at twice the last one's, and the last one has no end. */
const BANDS = 4;
/** Of a band: windows that passed, boxes, and the windows of its largest box. */
const OF_BAND = 3;
/** Of a stage: how much of the way to its limit the best window got, and how many passed. */
const OF_STAGE = 2;

/**
 * The columns of a detector's feature. For each stage:
 *
 * - how much of the way from the stage's least sum to its limit the best window went: 1 where one passed, 0 where none
 *   came to the stage;
 * - the square root of how many windows passed.
 *
 * Then how much of the way from the last stage's limit to its largest sum the best window went, and for each of four
 * bands of sizes, from the detector's window to twice its side and so on, square roots of three counts: windows that
 * passed all stages, boxes, and the windows of the largest box. Boxes are of the whole cascade. Stages that a version
 * doesn't run have zeros.
 */
export class Columns {
  readonly count: number;
  private readonly least: Float64Array;
  private readonly limits: Float64Array;
  private readonly most: Float64Array;

  constructor(
    private readonly model: CascadeModel,
    private readonly options: ReturnType<typeof detectOptions>,
  ) {
    this.least = extremes(model, Math.min);
    this.limits = Float64Array.from(model.stageThresholds, limitOf);
    this.most = extremes(model, Math.max);
    this.count = OF_STAGE * this.limits.length + 1 + BANDS * OF_BAND;
  }

  /** Writes an image's numbers, from 0 on each, over zeros. */
  write(progress: ScanProgress, { stages }: Version, out: Float32Array, at: number): void {
    const { least, limits, most } = this;
    const { ended, best, score, passed } = progress;
    let left = 0;
    for (const places of passed) left += places.length;
    for (let stage = stages - 1, to = at + OF_STAGE * stage; stage >= 0; stage--, to -= OF_STAGE) {
      out[to] = left > 0 ? 1 : way(best[stage], least[stage], limits[stage]);
      out[to + 1] = Math.sqrt(left);
      left += ended[stage];
    }
    const end = at + OF_STAGE * limits.length;
    out[end] = way(score, limits[stages - 1], most[stages - 1]);
    this.writeBands(progress, stages === limits.length, out, end + 1);
  }

  private writeBands(
    { image, levels, passed }: ScanProgress,
    isWhole: boolean,
    out: Float32Array,
    at: number,
  ): void {
    const { model, options } = this;
    const found: Box[] = [];
    for (const [number, places] of passed.entries()) {
      if (places.length === 0) continue;
      const level = levels[number];
      out[at + OF_BAND * bandOf(level.scale)] += places.length;
      if (!isWhole) continue;
      const visits = visitsOf(model, level, levels[0], options.isOpencv);
      const { columns } = windowCounts(model, level, visits);
      for (const place of places) {
        const x = visits.step * (place % columns);
        const y = visits.step * Math.floor(place / columns);
        found.push({ ...windowBox(level, x, y), neighbours: 1, score: 0 });
      }
    }
    const boxes = groupBoxes(found, options.minNeighbors);
    for (const { width, neighbours } of clipBoxes(boxes, image.width, image.height)) {
      const to = at + OF_BAND * bandOf(width / model.width);
      out[to + 1]++;
      out[to + 2] = Math.max(out[to + 2], neighbours);
    }
    for (let i = at; i < at + BANDS * OF_BAND; i++) out[i] = Math.sqrt(out[i]);
  }
}

/** The least or the largest sum of each stage that trees can give. */
function extremes(
  { firstTree, firstNode, leaves }: CascadeModel,
  choose: (a: number, b: number) => number,
): Float64Array {
  return Float64Array.from({ length: firstTree.length - 1 }, (_, stage) => {
    let sum = 0;
    for (let tree = firstTree[stage]; tree < firstTree[stage + 1]; tree++) {
      const own = leaves.subarray(firstNode[tree] + tree, firstNode[tree + 1] + tree + 1);
      sum += own.reduce((a, b) => choose(a, b));
    }
    return sum;
  });
}

/** Where a sum lies between two others, from 0 to 1. */
function way(sum: number, from: number, to: number): number {
  return to > from ? Math.min(1, Math.max(0, (sum - from) / (to - from))) : 0;
}

function bandOf(scale: number): number {
  let band = 0;
  for (let end = 2; band < BANDS - 1 && scale >= end; end *= 2) band++;
  return band;
}
