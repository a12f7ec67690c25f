import { checkKeys, checkWhole } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { type GreyImage, greyImage, type ImageInput, resizeGrey } from '../image/index.js';
import { type CascadeModel, RECTANGLES } from '../model/index.js';
import { greyAddress, STYLE, short, svg } from './svg.js';

/** Options of `drawFeatures`. */
export interface FeatureDrawing {
  /**
   * Crops of objects, of any one size or several: their mean is drawn under each feature. @defaultValue a grey ground
   */
  readonly positives?: readonly ImageInput[];
  /** How many weak learners are drawn, from the first stage on. @defaultValue 8 */
  readonly count?: number;
}

const SIDE = 132;
const GAP = 16;
const CAPTION = 20;
const COLUMNS = 4;

/**
 * An SVG of the first features of a cascade, each over the mean of some objects. Areas that are added up are light,
 * and those that are taken off are dark; of LBP features the nine blocks are drawn. A tree of several nodes shows the
 * feature of its root.
 *
 * @param options objects to draw them over, and how many are drawn
 * @returns a whole SVG document
 * @throws OptionError for positives or a count that can't be used
 * @see Viola and Jones, Rapid object detection using a boosted cascade of simple features, CVPR 2001, figure 3
 * @example await writeFile('features.svg', drawFeatures(detector, { positives: faces }));
 */
export function drawFeatures(
  { model }: { readonly model: CascadeModel },
  options: FeatureDrawing = {},
): string {
  checkKeys(options, ['positives', 'count']);
  const { positives = [], count = 8 } = options;
  checkWhole('count', count, 1);
  if (!Array.isArray(positives)) {
    throw new OptionError('positives', 'expected an array of crops of objects');
  }
  const shown = Math.min(count, model.firstNode.length - 1);
  const columns = Math.min(COLUMNS, shown);
  const unit = SIDE / Math.max(model.width, model.height);
  const [cellWidth, cellHeight] = [model.width * unit, model.height * unit];
  const width = Math.ceil(columns * (cellWidth + GAP) + GAP);
  const height = Math.ceil(Math.ceil(shown / columns) * (cellHeight + CAPTION + GAP) + GAP);
  const mean = positives.length === 0 ? undefined : greyAddress(meanImage(model, positives));
  const cells = Array.from({ length: shown }, (_, tree) => {
    const x = GAP + (tree % columns) * (cellWidth + GAP);
    const y = GAP + Math.floor(tree / columns) * (cellHeight + CAPTION + GAP);
    const ground =
      mean === undefined
        ? `<rect width="${model.width}" height="${model.height}" fill="#808080"/>`
        : `<use href="#mean"/>`;
    return [
      `<g transform="translate(${short(x)} ${short(y)})">`,
      `<g transform="scale(${short(unit)})">${ground}${parts(model, model.feature[model.firstNode[tree]])}</g>`,
      `<text class="muted" x="0" y="${short(cellHeight + 14)}" font-size="11">stage ${stageOf(model, tree) + 1}, learner ${tree - model.firstTree[stageOf(model, tree)] + 1}</text></g>`,
    ].join('\n');
  });
  const under = mean === undefined ? 'a grey ground' : `the mean of ${positives.length} objects`;
  return svg(width, height, 'First features', `The first ${shown} features over ${under}.`, [
    STYLE,
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...(mean === undefined
      ? []
      : [
          `<defs><image id="mean" href="${mean}" width="${model.width}" height="${model.height}" preserveAspectRatio="none" style="image-rendering: pixelated"/></defs>`,
        ]),
    ...cells,
  ]);
}

function stageOf({ firstTree }: CascadeModel, tree: number): number {
  let stage = 0;
  while (firstTree[stage + 1] <= tree) stage++;
  return stage;
}

/** The areas of a feature, in pixels of the window. */
function parts({ kind, features }: CascadeModel, feature: number): string {
  if (kind === 'lbp') return blocks(features.rectangles.subarray(4 * feature, 4 * feature + 4));
  // Most are a whole of weight -1 with parts of weight +2 or +3 over it, which come later and cover it.
  const areas: Area[] = [];
  for (let i = 0; i < RECTANGLES; i++) {
    const at = RECTANGLES * feature + i;
    const [x, y, w, h] = features.rectangles.subarray(4 * at, 4 * at + 4);
    if (features.weights[at] !== 0 && w > 0) areas.push({ x, y, w, h, isLight: features.weights[at] > 0 });
  }
  const isTilted = features.tilted[feature] === 1;
  return areas.map((area) => (isTilted ? diamond(area) : upright(area))).join('');
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly isLight: boolean;
}

const paint = (isLight: boolean) =>
  `fill="${isLight ? '#fff' : '#000'}" fill-opacity=".78" stroke="#d9622b" stroke-width=".18"`;

function upright({ x, y, w, h, isLight }: Area): string {
  return `<rect x="${x}" y="${y}" width="${w}" height="${h}" ${paint(isLight)}/>`;
}

function diamond({ x, y, w, h, isLight }: Area): string {
  const corners = [
    [x, y],
    [x + w, y + w],
    [x + w - h, y + w + h],
    [x - h, y + h],
  ];
  return `<polygon points="${corners.map((corner) => corner.join(',')).join(' ')}" ${paint(isLight)}/>`;
}

function blocks([x, y, w, h]: ArrayLike<number> & Iterable<number>): string {
  return Array.from({ length: 9 }, (_, i) => {
    const isCentre = i === 4;
    const place = `x="${x + (i % 3) * w}" y="${y + Math.floor(i / 3) * h}" width="${w}" height="${h}"`;
    return `<rect ${place} fill="#fff" fill-opacity="${isCentre ? 0.7 : 0.12}" stroke="#d9622b" stroke-width=".18"/>`;
  }).join('');
}

/** The mean of crops, each brought to the window's size. Ranges are stretched, since means are pale. */
function meanImage({ width, height }: CascadeModel, crops: readonly ImageInput[]): GreyImage {
  const sums = new Float64Array(width * height);
  for (const crop of crops) {
    const { data, stride } = resizeGrey(greyImage(crop), width, height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) sums[y * width + x] += data[y * stride + x];
    }
  }
  const least = sums.reduce((a, b) => Math.min(a, b));
  const range = sums.reduce((a, b) => Math.max(a, b)) - least;
  const data = Uint8Array.from(sums, (sum) =>
    range === 0 ? 128 : Math.round((255 * (sum - least)) / range),
  );
  return { data, width, height, stride: width };
}
