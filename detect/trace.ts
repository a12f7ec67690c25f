import { checkKeys } from '../lib/check.js';
import { type GreyImage, greyImage, type ImageInput } from './image/index.js';
import type { CascadeModel } from './model/index.js';
import { type DetectOptions, detectOptions, levelsFor, Scanner, visitsOf } from './scan/index.js';
import { FLAT } from './windows/index.js';

/** What one stage did with the windows that reached it. */
export interface StageTrace {
  /** The first is 1. */
  readonly stage: number;
  /** Its weak learners. */
  readonly weak: number;
  /** Windows that reached it, and those that passed it. */
  readonly reached: number;
  readonly passed: number;
}

/** What every window of some images did. */
export interface ScanTrace {
  /** How many were scanned. */
  readonly images: number;
  /** Windows visited, those that were too flat included. */
  readonly windows: number;
  /** Windows that were refused before the first stage, since their standard deviation is 10 grey levels or less. */
  readonly flat: number;
  /** Weak learners a window on average: every window that reaches a stage runs all learners of that stage. */
  readonly weakPerWindow: number;
  readonly stages: readonly StageTrace[];
}

/** Options of `traceScan`, as in `detect`. */
export type TraceOptions = Pick<DetectOptions, 'compat' | 'scaleFactor' | 'minSize' | 'maxSize' | 'signal'>;

/**
 * Counts how many windows each stage sees and refuses: where the time of `detect` goes, and how much the first stages
 * spare. It visits the windows that `detect` visits with the same options.
 *
 * @param images one or several, of any size
 * @returns counts over all images; images smaller than the window have no windows
 * @throws OptionError for an image or option that can't be used; the signal's reason if that is aborted
 * @see Viola and Jones, Robust real-time face detection, IJCV 2004, section 4.2
 * @example
 * const trace = traceScan(detector, photographs);
 * trace.weakPerWindow; // 8.4
 * console.log(traceTable(trace));
 */
export function traceScan(
  { model }: { readonly model: CascadeModel },
  images: ImageInput | readonly ImageInput[],
  options: TraceOptions = {},
): ScanTrace {
  checkKeys(options, ['compat', 'scaleFactor', 'minSize', 'maxSize', 'signal']);
  const checked = detectOptions(options);
  const count = new Counts(model.stageThresholds.length);
  let scanner: Scanner | undefined;
  const all = isSeveral(images) ? images : [images];
  for (const image of all) {
    const grey = greyImage(image);
    if (!scanner?.fits(grey)) scanner = new Scanner(model, grey.width, grey.height);
    countImage(scanner, model, grey, checked, count);
  }
  return count.trace(all.length, model.firstTree);
}

function isSeveral(images: ImageInput | readonly ImageInput[]): images is readonly ImageInput[] {
  return Array.isArray(images);
}

/** Windows that passed each number of stages. */
class Counts {
  readonly windows: Float64Array;
  flat = 0;

  constructor(stages: number) {
    this.windows = new Float64Array(stages + 1);
  }

  trace(images: number, firstTree: Int32Array): ScanTrace {
    const reached = Float64Array.from(this.windows);
    for (let stage = reached.length - 2; stage >= 0; stage--) reached[stage] += reached[stage + 1];
    const stages = Array.from({ length: reached.length - 1 }, (_, s) => ({
      stage: s + 1,
      weak: firstTree[s + 1] - firstTree[s],
      reached: reached[s],
      passed: reached[s + 1],
    }));
    const windows = this.flat + reached[0];
    const weak = stages.reduce((sum, stage) => sum + stage.weak * stage.reached, 0);
    return { images, windows, flat: this.flat, weakPerWindow: windows === 0 ? 0 : weak / windows, stages };
  }
}

function countImage(
  scanner: Scanner,
  model: CascadeModel,
  image: GreyImage,
  options: ReturnType<typeof detectOptions>,
  count: Counts,
): void {
  const levels = levelsFor(model, image, options);
  if (levels.length === 0) return;
  scanner.begin(image);
  for (const level of levels) {
    options.signal?.throwIfAborted();
    const visits = visitsOf(model, level, levels[0], options.isOpencv);
    scanner.scan(level, visits, (_y, length, _found, { stages }) => {
      for (let i = 0; i < length; i++) {
        const passed = stages[i];
        if (passed === FLAT) count.flat++;
        // Windows that OpenCV skips aren't visited.
        else if (passed >= 0) count.windows[passed]++;
      }
    });
  }
}

const HEAD = ['stage', 'weak', 'windows', 'of all', 'passed', 'of work'];

/**
 * A trace as lines of text: for each stage its weak learners, the windows that reach it, their share of all windows,
 * the share of them that it passes, and its share of all weak learners that ran.
 *
 * @param trace of one image or several
 * @returns a line a stage, under a heading; then the sums
 * @example console.log(traceTable(traceScan(detector, image)));
 */
export function traceTable(trace: ScanTrace): string {
  const { windows, flat, weakPerWindow, stages } = trace;
  const work = windows * weakPerWindow;
  const rows = stages.map(({ stage, weak, reached, passed }) => [
    String(stage),
    String(weak),
    whole(reached),
    percent(reached, windows),
    percent(passed, reached),
    percent(weak * reached, work),
  ]);
  const lines = [HEAD, ...rows];
  const widths = HEAD.map((_, c) => Math.max(...lines.map((cells) => cells[c].length)) + (c === 0 ? 0 : 2));
  const table = lines.map((cells) => cells.map((cell, c) => cell.padStart(widths[c])).join(''));
  const sum = `${whole(windows)} windows, ${whole(flat)} of them flat; ${weakPerWindow.toFixed(2)} weak learners a window`;
  return [...table, sum].join('\n');
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}

/** Three digits that tell small shares apart. */
function percent(part: number, all: number): string {
  if (all === 0 || part === 0) return '0 %';
  const share = (100 * part) / all;
  return `${share >= 0.01 ? Number(share.toPrecision(3)) : share.toExponential(1)} %`;
}
