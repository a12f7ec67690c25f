import { checkKeys, checkSignal, checkWhole } from '../../lib/check.js';
import { DataError } from '../../lib/errors.js';
import { frozen } from '../../lib/util/frozen.js';
import { systemTimer } from '../../lib/util/timer.js';
import { comparePermissive, type Dial, type DialSetting, settingOf, spaced } from '../dial/index.js';
import { type CascadeModel, limitOf } from '../model/index.js';
import { type DetectOptions, detectOptions, levelsFor, Scanner, visitsOf, windowBox } from '../scan/index.js';
import { Pacer } from '../training/index.js';
import { intersectionOverUnion, MEETS } from './overlap.js';
import { type BoxedImages, markUsed, type Scene, Scenes } from './scenes.js';

/** Options of `tuneDial`. */
export interface TuneDialOptions {
  /** Images with the wanted objects of each: others than those to certify on. */
  readonly images: BoxedImages;
  /** Settings at most, one or more. @defaultValue 100 */
  readonly settings?: number;
  /** Options of `detect`, as it will be called. */
  readonly detect?: Omit<DetectOptions, 'signal'>;
  /** It is read before each image. */
  readonly signal?: AbortSignal;
}

/** Settings that pass a larger share of windows than this would find everything, everywhere. */
const MOST_PASSING = 0.01;

/** The share is counted on so many images. */
const COUNTED = 100;

/** Sets the dial of a model on images. @param used digests, to which these are added */
export async function tuneModelDial(
  model: CascadeModel,
  options: TuneDialOptions,
  used: Set<number>,
): Promise<Dial> {
  checkKeys(options, ['images', 'settings', 'detect', 'signal']);
  const { images, settings: most = 100, detect = {}, signal } = options;
  checkWhole('settings', most, 1);
  checkSignal(signal);
  const checked = detectOptions({ ...detect, ...(signal && { signal }) });
  const total = model.stageThresholds.length;
  const scenes = new Scenes(images, { option: 'images', repeats: false, signal });
  const pacer = new Pacer(systemTimer, signal);
  const passing = new PassingShare(total);
  const objects: DialSetting[] = [];
  let scanner: Scanner | undefined;
  for await (const scene of scenes.read()) {
    await pacer.pause();
    const { image } = scene;
    if (!scanner?.fits(image)) scanner = new Scanner(model, image.width, image.height);
    const counted = scenes.digests.length <= COUNTED ? passing : undefined;
    for (const setting of readObjects(model, scanner, scene, checked, counted)) objects.push(setting);
  }
  markUsed(used, scenes.digests);
  if (objects.length === 0) {
    throw new DataError(
      "no wanted object of 'images' is met by any window: there is nothing to set the dial by",
    );
  }
  const trained = { stages: total, threshold: model.stageThresholds[total - 1] };
  const isAllowed = (setting: DialSetting) =>
    (comparePermissive(setting, trained) >= 0 || passing.of(setting) <= MOST_PASSING) &&
    !(checked.isOpencv && setting.stages === 1 && comparePermissive(setting, trained) !== 0);
  const ordered = [...objects.filter(isAllowed), trained].sort(comparePermissive);
  return frozen({ settings: spaced(ordered, most), digests: scenes.digests });
}

/** The share of windows that a setting passes. Those that fail the first of several stages are only counted. */
class PassingShare {
  private windows = 0;
  /** Sums of the windows that passed so many stages and no more, at the stage that refused them. */
  private readonly sums: number[][];
  private isSorted = false;

  constructor(private readonly total: number) {
    this.sums = Array.from({ length: total + 1 }, () => []);
  }

  add(stages: number, sum: number): void {
    this.windows++;
    if (stages > 0 || (stages === 0 && this.total === 1)) this.sums[stages].push(sum);
  }

  of({ stages, threshold }: DialSetting): number {
    if (stages === 1 && this.total > 1) return 1;
    if (!this.isSorted) for (const sums of this.sums) sums.sort((a, b) => b - a);
    this.isSorted = true;
    const limit = limitOf(threshold);
    const refused = this.sums[stages - 1];
    let [passed, failed] = [0, refused.length];
    while (passed < failed) {
      const middle = (passed + failed) >> 1;
      if (refused[middle] >= limit) passed = middle + 1;
      else failed = middle;
    }
    for (let s = stages; s < this.sums.length; s++) passed += this.sums[s].length;
    return passed / this.windows;
  }
}

/**
 * Of each wanted object the most selective setting that leaves it enough windows for a box.
 *
 * @param passing counts all windows
 */
function readObjects(
  model: CascadeModel,
  scanner: Scanner,
  { image, boxes }: Scene,
  options: ReturnType<typeof detectOptions>,
  passing: PassingShare | undefined,
): DialSetting[] {
  const levels = levelsFor(model, image, options);
  const found = boxes.map((): DialSetting[] => []);
  const total = model.stageThresholds.length;
  if (levels.length > 0) scanner.begin(image);
  for (const level of levels) {
    const visits = visitsOf(model, level, levels[0], options.isOpencv);
    scanner.scan(level, visits, (y, count, _found, { stages, sums }) => {
      for (let i = 0; i < count; i++) {
        passing?.add(stages[i], sums[i]);
        if (stages[i] < 0) continue;
        const box = windowBox(level, i * visits.step, y);
        for (const [b, object] of boxes.entries()) {
          if (intersectionOverUnion(box, object) >= MEETS)
            found[b].push(settingOf(stages[i], sums[i], total));
        }
      }
    });
  }
  return found.flatMap((settings) => {
    const selectiveFirst = settings.sort((a, b) => comparePermissive(b, a));
    return selectiveFirst.slice(options.minNeighbors, options.minNeighbors + 1);
  });
}
