import type { PixelImage } from './image.js';

/** Shares of red, green and blue in grey (Rec. ITU-R BT.601). */
const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114];
const WHITE = 255;

/** Writes an image's grey values, 0 (black) to 1 (white), row after row, from a place on. */
export type ReadPixels = (image: PixelImage, out: Float32Array, to: number) => void;

/** The pixels of an axis that its cells cover: `first` … `last`, of these two only a share. */
interface Cells {
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly head: Float64Array;
  readonly tail: Float64Array;
}

/** @returns reads all pixels: each cell of `width` x `height` is the mean over its area */
export function areaMeans(width: number, height: number): ReadPixels {
  const columnsOf = remembered((from) => cellsOf(from, width));
  const rowsOf = remembered((from) => cellsOf(from, height));
  const sums = new Float64Array(width);
  return (image, out, to) => {
    const isGrey = image.data.length === image.width * image.height;
    if (isGrey && image.width === width && image.height === height) {
      const { data } = image;
      for (let i = 0; i < data.length; i++) out[to + i] = data[i] / WHITE;
      return;
    }
    const columns = columnsOf(image.width);
    const rows = rowsOf(image.height);
    const scale = (width * height) / (image.width * image.height * WHITE);
    for (let cell = 0; cell < height; cell++) {
      sums.fill(0);
      for (let y = rows.first[cell]; y <= rows.last[cell]; y++) {
        const share = y === rows.first[cell] ? rows.head[cell] : y === rows.last[cell] ? rows.tail[cell] : 1;
        if (isGrey) addGrey(image.data, y * image.width, columns, share, sums);
        else addColour(image.data, 4 * y * image.width, columns, share, sums);
      }
      for (let x = 0; x < width; x++) out[to++] = sums[x] * scale;
    }
  };
}

/** @returns reads four pixels of each cell of `width` x `height`, whatever the size of the image: their mean */
export function sampledMeans(width: number, height: number): ReadPixels {
  const columnsOf = remembered((from) => samplesOf(from, width));
  const rowsOf = remembered((from) => samplesOf(from, height));
  return ({ data, width: from, height: lines }, out, to) => {
    const columns = columnsOf(from);
    const rows = rowsOf(lines);
    const isGrey = data.length === from * lines;
    for (let cell = 0; cell < rows.length; cell += 2) {
      const upper = rows[cell] * from;
      const lower = rows[cell + 1] * from;
      for (let x = 0; x < columns.length; x += 2) {
        const [left, right] = [columns[x], columns[x + 1]];
        const sum = isGrey
          ? data[upper + left] + data[upper + right] + data[lower + left] + data[lower + right]
          : greyAt(data, upper + left) +
            greyAt(data, upper + right) +
            greyAt(data, lower + left) +
            greyAt(data, lower + right);
        out[to++] = sum / (4 * WHITE);
      }
    }
  };
}

function addGrey(
  data: PixelImage['data'],
  line: number,
  { first, last, head, tail }: Cells,
  share: number,
  sums: Float64Array,
): void {
  for (let x = 0; x < sums.length; x++) {
    const end = line + last[x];
    let at = line + first[x];
    let sum = head[x] * data[at];
    while (++at < end) sum += data[at];
    if (at === end) sum += tail[x] * data[end];
    sums[x] += share * sum;
  }
}

function addColour(
  data: PixelImage['data'],
  line: number,
  { first, last, head, tail }: Cells,
  share: number,
  sums: Float64Array,
): void {
  for (let x = 0; x < sums.length; x++) {
    const end = line + 4 * last[x];
    let at = line + 4 * first[x];
    let red = head[x] * data[at];
    let green = head[x] * data[at + 1];
    let blue = head[x] * data[at + 2];
    for (at += 4; at < end; at += 4) {
      red += data[at];
      green += data[at + 1];
      blue += data[at + 2];
    }
    if (at === end) {
      red += tail[x] * data[at];
      green += tail[x] * data[at + 1];
      blue += tail[x] * data[at + 2];
    }
    sums[x] += share * (RED * red + GREEN * green + BLUE * blue);
  }
}

function greyAt(data: PixelImage['data'], pixel: number): number {
  const at = 4 * pixel;
  return RED * data[at] + GREEN * data[at + 1] + BLUE * data[at + 2];
}

/** An axis of `from` pixels in `to` cells of one length. */
function cellsOf(from: number, to: number): Cells {
  const [first, last] = [new Int32Array(to), new Int32Array(to)];
  const [head, tail] = [new Float64Array(to), new Float64Array(to)];
  for (let i = 0; i < to; i++) {
    const begin = (i * from) / to;
    const end = ((i + 1) * from) / to;
    first[i] = Math.floor(begin);
    last[i] = Math.ceil(end) - 1;
    head[i] = Math.min(first[i] + 1, end) - begin;
    tail[i] = end - last[i];
  }
  return { first, last, head, tail };
}

/** Two pixels of each cell, in the middles of its halves. */
function samplesOf(from: number, to: number): Int32Array {
  return Int32Array.from({ length: 2 * to }, (_, i) => Math.floor(((2 * i + 1) * from) / (4 * to)));
}

/** For images of one size after another, the last one's alone: any number of sizes takes no memory. */
function remembered<Made>(make: (from: number) => Made): (from: number) => Made {
  let last: { readonly from: number; readonly made: Made } | undefined;
  return (from) => {
    if (last?.from !== from) last = { from, made: make(from) };
    return last.made;
  };
}
