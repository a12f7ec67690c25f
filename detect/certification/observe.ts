import { type Random, random } from '../../lib/stats/index.js';
import { DialReader, type DialSetting } from '../dial/index.js';
import { type GreyImage, Resizer } from '../image/index.js';
import type { CascadeModel } from '../model/index.js';
import {
  type Box,
  clipBoxes,
  type detectOptions,
  groupingSteps,
  levelsFor,
  type Rectangle,
  Scanner,
  visitsOf,
  windowBox,
  windowCounts,
} from '../scan/index.js';
import type { SharedBounds } from './bounds.js';
import { type DialCounts, noCounts } from './dialCounts.js';
import { meetsAny } from './overlap.js';
import type { Scene } from './scenes.js';

/** How a detector is looked at. */
export interface Observing {
  readonly model: CascadeModel;
  readonly settings: readonly DialSetting[];
  readonly options: ReturnType<typeof detectOptions>;
  readonly bounds: SharedBounds;
  readonly seed: number | string;
}

/** A window that passes the first `passed` settings. */
interface PassingWindow {
  readonly box: Box;
  readonly passed: number;
}

/**
 * Counts what each setting finds in one image after the other. The whole cascade runs once an image, whatever the
 * settings.
 */
export class Observer {
  readonly dialCounts: DialCounts;
  private readonly reader: DialReader;
  private readonly one: Scanner;
  private readonly draws: Random;
  private scanner: Scanner | undefined;

  constructor(private readonly observing: Observing) {
    const { model, settings, bounds, seed } = observing;
    this.dialCounts = noCounts(settings.length, bounds);
    this.reader = new DialReader(settings, model);
    this.one = new Scanner(model, model.width, model.height);
    this.draws = random(seed).fork('windows');
  }

  /** In steps. */
  *add(scene: Scene): Generator<undefined, void, void> {
    const { bounds } = this.observing;
    const { image, boxes, index } = scene;
    this.dialCounts.images++;
    if (bounds.detection || bounds.falseDetections) yield* this.addBoxes(scene);
    if (bounds.falsePositives) this.addWindow(image, boxes, index);
  }

  private *addBoxes({ image, boxes: wanted }: Scene): Generator<undefined, void, void> {
    const { dialCounts } = this;
    const { settings, bounds, options } = this.observing;
    const windows = yield* this.passingWindows(image);
    const met = new Uint16Array(settings.length);
    let before = -1;
    let wrong = 0;
    for (let setting = 0; setting < settings.length; setting++) {
      const left = windows.filter(({ passed }) => passed > setting);
      if (left.length === before) met[setting] = met[setting - 1];
      else {
        const grouped = yield* groupingSteps(
          left.map(({ box }) => box),
          options.minNeighbors,
        );
        const found = clipBoxes(grouped, image.width, image.height);
        met[setting] = wanted.filter((object) => meetsAny(object, found)).length;
        wrong = found.filter((box) => !meetsAny(box, wanted)).length;
        before = left.length;
      }
      if (bounds.falseDetections && wrong > bounds.falseDetections.most) dialCounts.over[setting]++;
    }
    if (wanted.length > (bounds.detection?.maxObjects ?? Number.POSITIVE_INFINITY)) {
      dialCounts.beyond++;
      return;
    }
    dialCounts.objects.push(wanted.length);
    dialCounts.met.push(met);
  }

  private *passingWindows(image: GreyImage): Generator<undefined, PassingWindow[], void> {
    const { reader } = this;
    const { model, options } = this.observing;
    const levels = levelsFor(model, image, options);
    const found: PassingWindow[] = [];
    if (levels.length === 0) return found;
    if (!this.scanner?.fits(image)) this.scanner = new Scanner(model, image.width, image.height);
    this.scanner.begin(image);
    for (const level of levels) {
      yield;
      const visits = visitsOf(model, level, levels[0], options.isOpencv);
      this.scanner.scan(level, visits, (y, count, _found, { stages, sums }) => {
        for (let i = 0; i < count; i++) {
          const passed = reader.passed(stages[i], sums[i]);
          if (passed === 0) continue;
          const box = windowBox(level, i * visits.step, y);
          found.push({ box: { ...box, neighbours: 1, score: sums[i] }, passed });
        }
      });
    }
    return found;
  }

  /** One window, each of the image's equally likely. An image without any has none to draw. */
  private addWindow(image: GreyImage, wanted: readonly Rectangle[], index: number): void {
    const { dialCounts, one, reader } = this;
    const { model, options } = this.observing;
    const levels = levelsFor(model, image, options);
    const counts = levels.map((level) => {
      const visits = visitsOf(model, level, levels[0], options.isOpencv);
      return { level, step: visits.step, ...windowCounts(model, level, visits) };
    });
    const total = counts.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
    if (total === 0) return;
    dialCounts.drawn++;
    let at = this.draws.fork(String(index)).integer(total);
    for (const { level, step, columns, rows } of counts) {
      if (at >= columns * rows) {
        at -= columns * rows;
        continue;
      }
      const [x, y] = [step * (at % columns), step * Math.floor(at / columns)];
      if (meetsAny(windowBox(level, x, y), wanted)) return;
      const resizer = new Resizer(image, level.width, level.height);
      const { width, height } = model;
      const line = new Uint8Array(level.width);
      const data = new Uint8Array(width * height);
      for (let row = 0; row < height; row++) {
        resizer.row(y + row, line);
        data.set(line.subarray(x, x + width), row * width);
      }
      one.begin({ data, width, height, stride: width });
      const whole = { scale: 1, width, height, window: [width, height] } as const;
      one.scan(whole, { step: 1, rows: 1, skips: false }, (_y, _count, _found, results) => {
        const passed = reader.passed(results.stages[0], results.sums[0]);
        for (let setting = 0; setting < passed; setting++) dialCounts.wrong[setting]++;
      });
      return;
    }
  }
}
