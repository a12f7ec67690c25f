import { type GreyImage, pyramidLevels, resizeGrey, roundEven } from '../../../detect/image/index.js';
import { limitOf, partOf } from '../../../detect/model/index.js';
import { type Box, clipBoxes, groupBoxes } from '../../../detect/scan/index.js';
import { type CascadeModel, Detector } from '../../../entries/detect.js';

/** How an image is searched. */
export interface Search {
  readonly scaleFactor: number;
  readonly minNeighbors: number;
}

/** A window with what the first stages made of it. */
interface Seen {
  readonly stage: number;
  readonly sum: number;
  readonly box: Box;
  readonly scale: number;
}

/** The columns of a detector's feature by their definition: every window on its own, in plain JavaScript. */
export function columnsOf(
  model: CascadeModel,
  image: GreyImage,
  { scaleFactor, minNeighbors }: Search,
  { stages, every }: { readonly stages: number; readonly every: number },
): number[] {
  const all = model.stageThresholds.length;
  const windows = windowsOf(partOf(model, 0, stages), image, scaleFactor, every);
  const passing = windows.filter((window) => window.stage === stages);
  const columns: number[] = [];
  let score = 0;
  for (let stage = 0; stage < all; stage++) {
    const [least, most] = sumsOf(model, stage);
    const limit = limitOf(model.stageThresholds[stage]);
    const passed = windows.filter((window) => window.stage > stage).length;
    const sums = windows.filter((window) => window.stage === stage).map(({ sum }) => sum);
    if (stage >= stages) columns.push(0, 0);
    else columns.push(passed > 0 ? 1 : share(Math.max(...sums), least, limit), Math.sqrt(passed));
    if (stage === stages - 1) score = share(Math.max(...passing.map(({ sum }) => sum)), limit, most);
  }
  columns.push(score);
  const found =
    stages < all
      ? []
      : groupBoxes(
          passing.map(({ box }) => box),
          minNeighbors,
        );
  const boxes = clipBoxes(found, image.width, image.height);
  for (let band = 0; band < 4; band++) {
    const isIn = (scale: number) =>
      scale >= (band === 0 ? 0 : 2 ** band) && (band === 3 || scale < 2 ** (band + 1));
    const own = boxes.filter(({ width }) => isIn(width / model.width));
    columns.push(Math.sqrt(passing.filter(({ scale }) => isIn(scale)).length));
    columns.push(Math.sqrt(own.length), Math.sqrt(Math.max(0, ...own.map(({ neighbours }) => neighbours))));
  }
  return columns.map(Math.fround);
}

function windowsOf(model: CascadeModel, image: GreyImage, factor: number, every: number): Seen[] {
  const detector = new Detector(model, { kernel: 'plain' });
  const levels = pyramidLevels([model.width, model.height], [image.width, image.height], factor) ?? [];
  return levels.flatMap(({ scale, width, height, window }, number) => {
    if ((number + 1) % every !== 0) return [];
    const { columns, stages, sums } = detector.windows(resizeGrey(image, width, height));
    const step = scale >= 2 ? 1 : 2;
    return Array.from(stages, (stage, i): Seen[] => {
      const [x, y] = [i % columns, Math.floor(i / columns)];
      if (x % step > 0 || y % step > 0 || Number.isNaN(sums[i])) return [];
      const at = (pixel: number) => roundEven(Math.fround(pixel * scale));
      const [wide, high] = window;
      const box = { x: at(x), y: at(y), width: wide, height: high, neighbours: 1, score: sums[i] };
      return [{ stage, sum: sums[i], box, scale }];
    }).flat();
  });
}

/** The least and the largest sum of a stage. */
function sumsOf({ firstTree, firstNode, leaves }: CascadeModel, stage: number): [number, number] {
  let [least, most] = [0, 0];
  for (let tree = firstTree[stage]; tree < firstTree[stage + 1]; tree++) {
    const own = leaves.slice(firstNode[tree] + tree, firstNode[tree + 1] + tree + 1);
    least += Math.min(...own);
    most += Math.max(...own);
  }
  return [least, most];
}

function share(sum: number, from: number, to: number): number {
  return to <= from ? 0 : Math.min(1, Math.max(0, (sum - from) / (to - from)));
}
