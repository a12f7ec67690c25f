import type { GreyImage } from '../../detect/image/index.js';
import { random } from '../../lib/stats/index.js';
import type { Drawing, SceneSource } from './scenes.js';

/** A camera's frames. */
export const FRAME: Drawing = { width: 160, height: 120, least: 24, most: 72 };

/** How often a frame shows the wanted digit, and how often others alone; on the rest there is nothing. */
const WANTED = 0.05;
const OTHERS = 0.12;

/** A frame, and whether the wanted digit is on it. */
export interface Frame {
  readonly image: GreyImage;
  readonly isThere: boolean;
}

/** Frames of different cameras, so that they are independent: mostly nothing, sometimes digits. */
export function frames(source: SceneSource, seed: string, count: number): Frame[] {
  return Array.from({ length: count }, (_, i) => {
    const stream = random(`${seed} ${i} digits`);
    const drawn = stream.uniform();
    const counts =
      drawn < WANTED
        ? { wanted: 1, others: stream.integer(2) }
        : { wanted: 0, others: drawn < WANTED + OTHERS ? 1 + stream.integer(2) : 0 };
    return frameOf(source, `${seed} ${i}`, counts, FRAME);
  });
}

/** Pictures to train a network on: on half of them the wanted digit, on a quarter others alone. */
export function lessons(source: SceneSource, seed: string, count: number, drawing: Drawing): Frame[] {
  return Array.from({ length: count }, (_, i) => {
    const stream = random(`${seed} ${i} digits`);
    const wanted = i % 2;
    const others = wanted === 1 ? stream.integer(2) : ((i >> 1) % 2) * (1 + stream.integer(2));
    return frameOf(source, `${seed} ${i}`, { wanted, others }, drawing);
  });
}

function frameOf(
  source: SceneSource,
  seed: string,
  counts: { readonly wanted: number; readonly others: number },
  drawing: Drawing,
): Frame {
  const { image, wanted } = source.frame(seed, counts, drawing);
  return { image, isThere: wanted.length > 0 };
}
