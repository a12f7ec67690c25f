import type { GreyImage } from '../../../lib/image/index.js';
import type { Clock } from '../../../lib/profile/index.js';
import { type DialSetting, modelAt } from '../dial/index.js';
import type { CascadeModel } from '../model/index.js';
import { Scanner } from '../scan/index.js';
import type { BeforeGrid, WindowModel } from './options.js';
import { gridWindows, scanGrid, scoreWindows } from './windows.js';

/** Microseconds. */
export interface MeasuredCosts {
  /** Scanning an image with so many stages, by their number. */
  readonly scan: ReadonlyMap<number, number>;
  /** The full model: of each batch, and of each window. */
  readonly fixed: number;
  readonly perWindow: number;
}

const ROUNDS = 5;
const FEW = 8;

/** Measures scans and the full model on some images, in turn, so that a change of the machine's speed meets all of them. */
export async function measureCosts(
  model: CascadeModel,
  full: WindowModel,
  grid: BeforeGrid,
  images: readonly GreyImage[],
  settings: readonly DialSetting[],
  clock: Clock,
  signal: AbortSignal | undefined,
): Promise<MeasuredCosts> {
  const byStages = new Map(settings.map((setting) => [setting.stages, setting]));
  const scans = [...byStages].map(([stages, setting]) => ({
    stages,
    model: modelAt(model, setting),
    times: [] as number[],
    scanners: [] as Scanner[],
  }));
  const [few, many] = [[] as number[], [] as number[]];
  const windows = images.map((image) => gridWindows(model, image, grid).slice(0, grid.batch));
  const counts = { few: 0, many: 0 };
  for (const { length } of windows) {
    counts.few += Math.min(FEW, length);
    counts.many += length;
  }
  const took = async (run: () => unknown) => {
    signal?.throwIfAborted();
    const begin = clock.now();
    await run();
    return 1_000 * (clock.now() - begin);
  };
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) {
    const times = { few: 0, many: 0, scans: scans.map(() => 0) };
    for (const [i, image] of images.entries()) {
      for (const [s, scan] of scans.entries()) {
        const known = scan.scanners.find((each) => each.fits(image));
        const scanner = known ?? new Scanner(scan.model, image.width, image.height);
        if (known === undefined) scan.scanners.push(scanner);
        times.scans[s] += await took(() => scanGrid(scan.model, scanner, image, grid, () => undefined));
      }
      const score = (count: number) => () =>
        scoreWindows(full, model, image, windows[i].slice(0, count), grid, signal);
      times.few += await took(score(FEW));
      times.many += await took(score(grid.batch));
    }
    if (round === 0) continue;
    for (const [s, { times: each }] of scans.entries()) each.push(times.scans[s] / images.length);
    few.push(times.few / images.length);
    many.push(times.many / images.length);
  }
  const [fewRows, manyRows] = [counts.few / images.length, counts.many / images.length];
  const line = lineOf(fewRows, median(few), manyRows, median(many));
  return { scan: new Map(scans.map(({ stages, times }) => [stages, median(times)])), ...line };
}

/** The cost of a batch of two sizes, as one for the batch and one for each window. */
function lineOf(few: number, timeFew: number, many: number, timeMany: number) {
  if (!(many > few)) return { fixed: 0, perWindow: many > 0 ? timeMany / many : 0 };
  const slope = Math.max(0, (timeMany - timeFew) / (many - few));
  const fixed = Math.max(0, timeFew - few * slope);
  return { fixed, perWindow: Math.max(0, (timeMany - fixed) / many) };
}

/** What the full model costs for so many windows. */
export function scoreCost({ fixed, perWindow }: MeasuredCosts, windows: number, batch: number): number {
  return Math.ceil(windows / batch) * fixed + windows * perWindow;
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
