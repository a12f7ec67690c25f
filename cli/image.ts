import type { ImageInput, LinkedPicture } from '../entries/detect.js';
import { ArtifactError } from '../index.js';
import { errorText } from '../lib/util/errorText.js';
import { looksLike } from '../lib/util/looks.js';
import { type Load, loadPackage, optionalPackage } from '../lib/util/packages.js';
import { isPgm, readPgm } from './pgm.js';

/** An image to look for objects in, and what is drawn under their boxes. */
export interface DecodedImage {
  readonly pixels: ImageInput;
  readonly picture: ImageInput | LinkedPicture;
}

/** What is used of sharp. */
type Sharp = (bytes: Uint8Array) => SharpImage;

interface SharpImage {
  autoOrient(): SharpImage;
  toColourspace(name: string): SharpImage;
  ensureAlpha(): SharpImage;
  raw(): SharpImage;
  png(): SharpImage;
  metadata(): Promise<{ readonly format: string; readonly orientation?: number }>;
  toBuffer(options: { readonly resolveWithObject: true }): Promise<{
    readonly data: Uint8Array;
    readonly info: { readonly width: number; readonly height: number };
  }>;
  toBuffer(): Promise<Uint8Array>;
}

/** What browsers show, by the names that sharp has for it. */
const SHOWN: readonly string[] = ['png', 'jpeg', 'webp', 'gif'];

/**
 * Decodes an image: PGM as it is, everything else by sharp. Photographs are turned as their camera was held.
 *
 * @param name of the file, for errors
 * @throws MissingPackage without sharp, unless it is a PGM; ArtifactError (`damaged`) for what can't be decoded
 */
export async function readImage(
  bytes: Uint8Array,
  name: string,
  load: Load = loadPackage,
): Promise<DecodedImage> {
  if (isPgm(bytes)) {
    const pixels = readPgm(bytes, name);
    return { pixels, picture: pixels };
  }
  const sharp = await optionalPackage('sharp', 'an image that is no PGM (P5)', load);
  if (!isSharp(sharp)) throw new TypeError('the package sharp exports no function');
  try {
    return await decode(sharp, bytes);
  } catch (error) {
    const why = errorText(error);
    throw new ArtifactError('damaged', `${name} can't be decoded${looksLike(bytes)}: ${why}`, {
      cause: error,
    });
  }
}

function isSharp(value: unknown): value is Sharp {
  return typeof value === 'function';
}

async function decode(sharp: Sharp, bytes: Uint8Array): Promise<DecodedImage> {
  const { format, orientation = 1 } = await sharp(bytes).metadata();
  const upright = sharp(bytes).autoOrient();
  const decoded = await upright
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = decoded.info;
  const pixels = { data: decoded.data, width, height };
  // The picture goes into the drawing byte for byte, if a browser shows it as it is.
  const isShown = orientation === 1 && SHOWN.includes(format);
  const [kind, embedded] = isShown
    ? [format, bytes]
    : ['png', await sharp(bytes).autoOrient().png().toBuffer()];
  const href = `data:image/${kind};base64,${Buffer.from(embedded).toString('base64')}`;
  return { pixels, picture: { href, width, height } };
}
