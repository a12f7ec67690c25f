import { escaped } from '../lib/util/escape.js';
import { type GreyImage, greyImage, greyPng, type ImageInput } from './image/index.js';
import type { Box } from './scan/index.js';

/** A picture by its address: a `data:` URL, or one that the page can load. */
export interface LinkedPicture {
  readonly href: string;
  /** In pixels; boxes are in the same ones. */
  readonly width: number;
  readonly height: number;
}

/** Options of `drawDetections`. */
export interface DetectionDrawing {
  /** @defaultValue 'Detections' */
  readonly title?: string;
}

/**
 * An SVG of an image with boxes over it, numbered from 1 in their order. It stands alone: an image that is given as
 * pixels is embedded in grey, as a PNG.
 *
 * @param picture pixels as for `detect`, or the address of a picture in colour
 * @param boxes in pixels of the picture, as `detect` gives them
 * @returns a whole SVG document, as large as the picture
 * @throws OptionError for an image that can't be used
 * @example
 * const { boxes } = detector.detect(image);
 * await writeFile('faces.svg', drawDetections(image, boxes));
 */
export function drawDetections(
  picture: ImageInput | LinkedPicture,
  boxes: readonly Box[],
  { title = 'Detections' }: DetectionDrawing = {},
): string {
  const { width, height } = picture;
  const href = 'href' in picture ? picture.href : greyAddress(greyImage(picture));
  const stroke = Math.max(1, Math.max(width, height) / 260);
  const font = Math.max(9, Math.max(width, height) / 50);
  const found = boxes.length === 1 ? '1 box' : `${boxes.length} boxes`;
  return svg(width, height, title, `${found} in an image of ${width} x ${height} pixels`, [
    `<image href="${escaped(href)}" width="${width}" height="${height}"/>`,
    // A dark line under a bright one shows on any ground.
    `<g fill="none" stroke="#000" stroke-opacity=".55" stroke-width="${short(2 * stroke)}">`,
    ...boxes.map((box) => rectangle(box)),
    `</g><g fill="none" stroke="#ffd400" stroke-width="${short(stroke)}">`,
    ...boxes.map((box, i) => rectangle(box, tipOf(box, i))),
    `</g><g font-size="${short(font)}" font-weight="600" fill="#ffd400" stroke="#000" ` +
      `stroke-width="${short(font / 5)}" stroke-linejoin="round" paint-order="stroke">`,
    ...boxes.map((box, i) => label(box, i, font)),
    '</g>',
  ]);
}

function rectangle({ x, y, width, height }: Box, tip?: string): string {
  const place = `x="${x}" y="${y}" width="${width}" height="${height}"`;
  return tip === undefined
    ? `<rect ${place}/>`
    : `<rect ${place} pointer-events="all"><title>${escaped(tip)}</title></rect>`;
}

function tipOf({ neighbours, score, x, y, width, height }: Box, i: number): string {
  return `${i + 1}: ${width} x ${height} at ${x}, ${y}; ${neighbours} windows, sum ${short(score)}`;
}

/** Above its box, or within where there is no room. */
function label({ x, y }: Box, i: number, font: number): string {
  const above = y - font / 4;
  return `<text x="${short(x + font / 8)}" y="${short(above < font ? y + font : above)}">${i + 1}</text>`;
}

/** A number with at most two decimals. */
function short(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** A document, with a title and a description that screen readers read. */
function svg(
  width: number,
  height: number,
  title: string,
  description: string,
  content: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ` +
      `${height}" role="img" font-family="system-ui, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description)}</desc>`,
    ...content,
    '</svg>\n',
  ].join('\n');
}

/** A grey image as a `data:` address. */
function greyAddress(image: GreyImage): string {
  const bytes = greyPng(image);
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return `data:image/png;base64,${btoa(text)}`;
}
