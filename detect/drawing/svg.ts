import { escaped } from '../../lib/util/escape.js';
import { type GreyImage, greyPng } from '../image/index.js';

/** A number with at most two decimals. */
export function short(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** A document, with a title and a description that screen readers read. */
export function svg(
  width: number,
  height: number,
  title: string,
  description: string,
  content: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif">`,
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description)}</desc>`,
    ...content,
    '</svg>\n',
  ].join('\n');
}

/** Pictures look the same on pages and in editors, in light colours and in dark ones. */
export const STYLE = `<style>
.page { fill: #fff } .muted { fill: #59636e }
@media (prefers-color-scheme: dark) { .page { fill: #14171b } .muted { fill: #9aa4af } }
</style>`;

/** A grey image as a `data:` address. */
export function greyAddress(image: GreyImage): string {
  const bytes = greyPng(image);
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return `data:image/png;base64,${btoa(text)}`;
}
