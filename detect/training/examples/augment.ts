import { checkFlag, checkKeys, checkWhole, show } from '../../../lib/check.js';
import { OptionError } from '../../../lib/errors.js';
import type { Random } from '../../../lib/stats/index.js';
import { roundEven } from '../../image/index.js';
import type { ObjectPlace, WindowSize } from './positives.js';

/** How far copies of an object are moved at most. Each is drawn evenly, in both directions. */
export interface Jitter {
  /** Moved, across and down, as a share of the box's sides: 0 to 0.5. @defaultValue 0.05 */
  readonly shift?: number;
  /** Made larger or smaller, as a share of its sides: 0 to 0.5. @defaultValue 0.1 */
  readonly scale?: number;
  /** Turned, in degrees: 0 to 45. @defaultValue 5 */
  readonly rotate?: number;
}

/** Copies of the objects that stages are fitted on. Objects that choose thresholds or count hits have none. */
export interface Augmentation {
  /** Whether every second copy is mirrored, left to right, from the first on. @defaultValue false */
  readonly mirror?: boolean;
  /** @defaultValue each of its fields' default */
  readonly jitter?: Jitter;
  /** Copies of each object, beside itself, 1 or more. @defaultValue 10 */
  readonly copies?: number;
}

/** The option with its defaults. @throws OptionError */
export function checkAugmentation(augment: Augmentation) {
  checkKeys(augment, ['mirror', 'jitter', 'copies'], 'augment.');
  const { mirror = false, jitter = {}, copies = 10 } = augment;
  checkFlag('augment.mirror', mirror);
  checkWhole('augment.copies', copies, 1);
  checkKeys(jitter, ['shift', 'scale', 'rotate'], 'augment.jitter.');
  const { shift = 0.05, scale = 0.1, rotate = 5 } = jitter;
  checkRange('shift', shift, 0.5);
  checkRange('scale', scale, 0.5);
  checkRange('rotate', rotate, 45);
  return { mirror, jitter: { shift, scale, rotate }, copies };
}

function checkRange(name: string, value: unknown, most: number): void {
  if (typeof value === 'number' && value >= 0 && value <= most) return;
  throw new OptionError(`augment.jitter.${name}`, `expected a number from 0 to ${most}, got ${show(value)}`);
}

/** A box as it is looked at: moved by shares of its sides, resized, turned. */
interface Pose {
  readonly right: number;
  readonly down: number;
  readonly size: number;
  /** The tangent of half the angle, so that sine and cosine are the same bits everywhere. */
  readonly halfTangent: number;
  readonly isMirrored: boolean;
}

/**
 * Copies of an object, each read from its image, so that what surrounds the box comes in. Beyond the image, or the
 * crop, its border goes on.
 *
 * @param stream of the object alone
 */
export function copiesOf(
  place: ObjectPlace,
  window: WindowSize,
  { mirror, jitter, copies }: ReturnType<typeof checkAugmentation>,
  stream: Random,
): Uint8Array[] {
  const { shift, scale, rotate } = jitter;
  const draw = (most: number) => most * (2 * stream.uniform() - 1);
  return Array.from({ length: copies }, (_, i) =>
    sampled(place, window, {
      right: draw(shift),
      down: draw(shift),
      size: 1 + draw(scale),
      // An arc is a little more than its angle's tangent here, so no copy is turned further than `rotate`.
      halfTangent: draw((rotate * Math.PI) / 360),
      isMirrored: mirror && i % 2 === 0,
    }),
  );
}

/** The window in a pose, with the interpolation of `resizeGrey`, bit for bit where nothing is turned. */
function sampled({ image, box }: ObjectPlace, [width, height]: WindowSize, pose: Pose): Uint8Array {
  const { data, stride } = image;
  const { right, down, size, halfTangent: t, isMirrored } = pose;
  const cos = (1 - t * t) / (1 + t * t);
  const sin = (2 * t) / (1 + t * t);
  const middleX = box.x + box.width * (0.5 + right);
  const middleY = box.y + box.height * (0.5 + down);
  const out = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const v = ((row + 0.5) / height - 0.5) * box.height * size;
    for (let column = 0; column < width; column++) {
      const across = ((column + 0.5) / width - 0.5) * box.width * size;
      const u = isMirrored ? -across : across;
      const [left, shareX] = tap(middleX + cos * u - sin * v - 0.5, image.width);
      const [top, shareY] = tap(middleY + sin * u + cos * v - 0.5, image.height);
      const at = top * stride + left;
      const next = shareX === 0 ? at : at + 1;
      const below = shareY === 0 ? 0 : stride;
      const upper = (256 - shareX) * data[at] + shareX * data[next];
      const lower = (256 - shareX) * data[at + below] + shareX * data[next + below];
      out[row * width + column] = ((256 - shareY) * upper + shareY * lower + 32_768) >>> 16;
    }
  }
  return out;
}

/** The pixel before a position, and the share of the next one in 256ths. */
function tap(position: number, length: number): [pixel: number, share: number] {
  const inside = Math.min(Math.max(position, 0), length - 1);
  const pixel = Math.floor(inside);
  return [pixel, roundEven(256 * (inside - pixel))];
}
