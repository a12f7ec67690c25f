import type { GreyImage, Level } from '../image/index.js';
import type { CascadeModel } from '../model/index.js';
import { addPassing, type Detections, grouping } from './detections.js';
import type { Box } from './groups.js';
import type { detectOptions } from './options.js';
import type { Scanner, Visits } from './scanner.js';
import { levelsFor, visitsOf, windowCounts } from './visits.js';

/** Rows of windows of a level: a unit of a scan on threads. */
export interface ScanPart {
  readonly level: Level;
  readonly visits: Visits;
}

/** Parts of an image to be scanned. */
export interface ScanJob {
  readonly kind: 'scan';
  /** The same for every job of one detector, and no other's. */
  readonly detector: number;
  readonly model: CascadeModel;
  /** Whether WebAssembly is tried. */
  readonly isFast: boolean;
  readonly image: GreyImage;
  readonly parts: readonly ScanPart[];
}

/** Threads that scan: `detectorThreads` of `spillway/threads` gives them. */
export interface ScanThreads {
  readonly threads: number;
  share(job: ScanJob, units: number, signal?: AbortSignal): Promise<readonly Float64Array[]>;
}

/** Parts for each thread, so that none waits long for the last ones. */
const EACH = 8;
/** Fewer rows of windows cost too much: a part integrates the pixels of the windows of its last row, too. */
const LEAST_ROWS = 16;

/** Divides the levels into rows of windows with about as many windows each. */
export function scanParts(
  model: CascadeModel,
  image: GreyImage,
  options: ReturnType<typeof detectOptions>,
  threads: number,
): readonly ScanPart[] {
  const levels = levelsFor(model, image, options);
  const all = levels.map((level) => {
    const visits = visitsOf(model, level, levels[0], options.isOpencv);
    return { level, visits, ...windowCounts(model, level, visits) };
  });
  const windows = all.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
  const share = Math.ceil(windows / (EACH * threads));
  return all.flatMap(({ level, visits, columns, rows }) => {
    const each = Math.max(LEAST_ROWS, Math.ceil(share / columns)) * visits.step;
    return Array.from({ length: Math.ceil((rows * visits.step) / each) }, (_, i) => ({
      level,
      visits: { ...visits, top: i * each, rows: Math.min(visits.rows, (i + 1) * each) },
    }));
  });
}

/** The numbers of a box that passed. */
const NUMBERS = 5;

/**
 * Scans parts.
 *
 * @param claim gives the next part; undefined where none is left
 * @param scanner has taken the image
 * @returns for each part its number, how many windows passed, and their numbers
 */
export function doScanJob(
  { model, parts }: ScanJob,
  claim: () => number | undefined,
  scanner: Scanner,
): Float64Array {
  const values: number[] = [];
  for (let part = claim(); part !== undefined; part = claim()) {
    const found: Box[] = [];
    addPassing(scanner, model, parts[part].level, parts[part].visits, found);
    values.push(part, found.length);
    for (const { x, y, width, height, score } of found) values.push(x, y, width, height, score);
  }
  return Float64Array.from(values);
}

/** What `detections` gives, from the answers of all threads, in steps. */
export function* joiningParts(
  answers: readonly Float64Array[],
  image: GreyImage,
  minNeighbors: number,
): Generator<undefined, Detections, void> {
  const byPart: Box[][] = [];
  for (const values of answers) {
    for (let at = 0; at < values.length; ) {
      const found: Box[] = [];
      byPart[values[at]] = found;
      const end = at + 2 + NUMBERS * values[at + 1];
      for (at += 2; at < end; at += NUMBERS) {
        const [x, y, width, height, score] = values.subarray(at, at + NUMBERS);
        found.push({ x, y, width, height, neighbours: 1, score });
      }
    }
  }
  return yield* grouping(byPart.flat(), image, minNeighbors);
}
