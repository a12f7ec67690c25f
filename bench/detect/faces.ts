import { readFile } from 'node:fs/promises';
import { type GreyImage, resizeGrey } from '../../detect/image/index.js';
import type { Picture } from './found.js';
import { greyFile } from './photographs.js';

/** Patches of the mosaic across and down, and their sides in it. */
const [ACROSS, DOWN, SIDE] = [8, 7, 62];

/**
 * Pictures with faces, of scikit-image: a portrait of 512 x 512 pixels, and a mosaic of faces of Labelled Faces in the Wild.
 *
 * @param find the path of a picture, if it is there
 */
export async function facePictures(find: (file: string) => string | undefined): Promise<Picture[]> {
  const pictures: Picture[] = [];
  const portrait = find('astronaut.png');
  if (portrait !== undefined) pictures.push({ name: 'astronaut', image: await greyFile(portrait) });
  const patches = find('lfw_subset.npy');
  if (patches !== undefined)
    pictures.push({ name: 'mosaic of faces', image: mosaic(await readFile(patches)) });
  return pictures;
}

/** The first 100 patches of the file are faces, 25 x 25 numbers from 0 to 1 each. */
function mosaic(file: Buffer): GreyImage {
  const [width, height] = [ACROSS * SIDE, DOWN * SIDE];
  const data = new Uint8Array(width * height);
  const values = doublesOf(file);
  for (let i = 0; i < ACROSS * DOWN; i++) {
    const pixels = Uint8Array.from(values.subarray(625 * i, 625 * (i + 1)), (value) =>
      Math.round(255 * value),
    );
    const patch = resizeGrey({ data: pixels, width: 25, height: 25, stride: 25 }, SIDE, SIDE);
    const [left, top] = [SIDE * (i % ACROSS), SIDE * Math.floor(i / ACROSS)];
    for (let y = 0; y < SIDE; y++) {
      data.set(patch.data.subarray(y * SIDE, (y + 1) * SIDE), (top + y) * width + left);
    }
  }
  return { data, width, height, stride: width };
}

/** The numbers of NumPy's own format, version 1: a header of text, then 64-bit floats. */
function doublesOf(file: Buffer): Float64Array {
  const begin = 10 + file.readUInt16LE(8);
  const header = file.toString('latin1', 10, begin);
  if (!header.includes("'<f8'") || header.includes("'fortran_order': True")) {
    throw new TypeError(`expected 64-bit floats, row by row, got ${header.trim()}`);
  }
  return Float64Array.from({ length: (file.length - begin) / 8 }, (_, i) => file.readDoubleLE(begin + 8 * i));
}
