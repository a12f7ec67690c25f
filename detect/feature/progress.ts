import type { GreyImage, Level } from '../image/index.js';
import { type CascadeModel, partOf } from '../model/index.js';
import { type detectOptions, levelsFor, Scanner, visitsOf } from '../scan/index.js';
import type { Version } from './version.js';

/** How far the windows of an image have come. It isn't changed: going on makes another one. */
export interface ScanProgress {
  readonly image: GreyImage;
  /** Its sizes that are searched. */
  readonly levels: readonly Level[];
  /** How many windows ended at each stage, and the largest sum of that stage among them; without any -Infinity. */
  readonly ended: Float64Array;
  readonly best: Float64Array;
  /** The largest sum of the last stage that ran among the windows that passed it; without any -Infinity. */
  readonly score: number;
  /** For each size, the places of the windows that passed all stages so far, in the order of visits. */
  readonly passed: readonly Int32Array[];
}

/** Goes on with an image. @param before what is known of it, from the version before */
type Advance = (image: GreyImage, before?: ScanProgress) => ScanProgress;

const NONE = new Int32Array();

/** Room for the windows of a level that pass, kept from one image to the next. */
let room = new Int32Array(1_024);

/**
 * Goes on from one version to another that contains it: windows that passed run on with the stages that are new, and
 * windows of sizes that are new run all of them.
 *
 * @param from the version before; undefined to begin
 * @param isFast whether WebAssembly is tried
 */
export function advanceOf(
  model: CascadeModel,
  options: ReturnType<typeof detectOptions>,
  { from, to }: { readonly from: Version | undefined; readonly to: Version },
  isFast: boolean,
): Advance {
  const done = from?.stages ?? 0;
  const begin = scannerOf(partOf(model, 0, to.stages), isFast);
  const goOn = done > 0 && done < to.stages ? scannerOf(partOf(model, done, to.stages), isFast) : undefined;
  return (image, before) => {
    const ended = before?.ended.slice() ?? new Float64Array(model.stageThresholds.length);
    const best =
      before?.best.slice() ?? new Float64Array(model.stageThresholds.length).fill(Number.NEGATIVE_INFINITY);
    // A score is of the last stage: with more stages it is another one's.
    let score = goOn || !before ? Number.NEGATIVE_INFINITY : before.score;
    let count = 0;
    /** @returns whether the window passed */
    const took = (stage: number, sum: number): boolean => {
      if (stage === to.stages) {
        if (sum > score) score = sum;
        return true;
      }
      ended[stage]++;
      if (sum > best[stage]) best[stage] = sum;
      return false;
    };
    const pass = (place: number) => {
      if (count === room.length) room = grown(room);
      room[count++] = place;
    };
    const levels = before?.levels ?? levelsFor(model, image, options);
    const scanners = { begin: begin(image), goOn: goOn?.(image) };
    const passed = levels.map((level, number) => {
      if (!isOf(number, to)) return NONE;
      const visits = visitsOf(model, level, levels[0], options.isOpencv);
      count = 0;
      const known = before && from && isOf(number, from) ? before.passed[number] : undefined;
      if (known === undefined) {
        scanners.begin().scan(level, visits, (y, length, _found, { stages, sums }) => {
          const first = (y / visits.step) * length;
          for (let i = 0; i < length; i++) if (stages[i] >= 0 && took(stages[i], sums[i])) pass(first + i);
        });
      } else {
        if (known.length === 0 || scanners.goOn === undefined) return known;
        scanners.goOn().revisit(level, visits, known, (at, stages, sum) => {
          if (took(done + stages, sum)) pass(known[at]);
        });
      }
      return room.slice(0, count);
    });
    return { image, levels, ended, best, score, passed };
  };
}

function isOf(number: number, { every }: Version): boolean {
  return (number + 1) % every === 0;
}

function grown(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * values.length);
  larger.set(values);
  return larger;
}

/**
 * A scanner that is kept for images of one size, and takes an image when its first level is scanned.
 *
 * @param isFast whether WebAssembly is tried
 */
export function scannerOf(model: CascadeModel, isFast: boolean): (image: GreyImage) => () => Scanner {
  let scanner: Scanner | undefined;
  return (image) => {
    let taken: Scanner | undefined;
    return () => {
      if (taken) return taken;
      if (!scanner?.fits(image)) scanner = new Scanner(model, image.width, image.height, isFast);
      scanner.begin(image);
      taken = scanner;
      return taken;
    };
  };
}
