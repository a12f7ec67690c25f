import type { GreyImage } from '../../detect/image/index.js';
import { random } from '../../lib/stats/index.js';
import type { Part } from './photographs.js';
import { type Drawing, HEIGHT, type SceneSource, sceneSources, WIDTH } from './scenes.js';

/** A camera's frames. */
export const FRAME: Drawing = { width: 160, height: 120, least: 24, most: 48 };

/** How often a frame shows the wanted digit, and how often others alone; on the rest there is nothing. */
export const FRAME_WORLDS = {
  rare: { wanted: 0.03, others: 0.1 },
  usual: { wanted: 0.05, others: 0.12 },
} as const;
export type FrameWorld = keyof typeof FRAME_WORLDS;

/** Rooms that cameras look at, for each part. */
const ROOMS = 60;

/** Where frames come from: digits in drawn rooms. No part sees another's. */
export function cameras(): Promise<Record<Part, SceneSource>> {
  return sceneSources(async (part) => Array.from({ length: ROOMS }, (_, i) => room(`${part} ${i}`)));
}

/** A room: light from one side, a few plain things with straight edges, and the noise of a sensor. */
function room(seed: string): GreyImage {
  const stream = random(seed).fork('room');
  const [width, height] = [2 * WIDTH, 2 * HEIGHT];
  const between = (least: number, most: number) => least + stream.uniform() * (most - least);
  const [left, right, top] = [between(60, 200), between(60, 200), between(-40, 40)];
  const things = Array.from({ length: 4 + stream.integer(10) }, () => ({
    x: stream.integer(width),
    y: stream.integer(height),
    width: 20 + stream.integer(240),
    height: 20 + stream.integer(240),
    grey: between(-50, 50),
  }));
  const grey = Float64Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    return left + ((right - left) * x) / width + (top * y) / height + between(-10, 10);
  });
  for (const thing of things) {
    const end = Math.min(width, thing.x + thing.width);
    for (let y = thing.y; y < Math.min(height, thing.y + thing.height); y++) {
      for (let at = y * width + thing.x; at < y * width + end; at++) grey[at] += thing.grey;
    }
  }
  const data = Uint8Array.from(grey, (value) => Math.min(255, Math.max(0, value)));
  return { data, width, height, stride: width };
}

/** A frame, and whether the wanted digit is on it. */
export interface Frame {
  readonly image: GreyImage;
  readonly isThere: boolean;
}

/** Frames of different cameras, so that they are independent: mostly nothing, sometimes digits. */
export function frames(source: SceneSource, world: FrameWorld, seed: string, count: number): Frame[] {
  const { wanted, others } = FRAME_WORLDS[world];
  return Array.from({ length: count }, (_, i) => {
    const stream = random(`${seed} ${i} digits`);
    const drawn = stream.uniform();
    const counts =
      drawn < wanted
        ? { wanted: 1, others: stream.integer(2) }
        : { wanted: 0, others: drawn < wanted + others ? 1 + stream.integer(2) : 0 };
    return frameOf(source, `${seed} ${i}`, counts, FRAME);
  });
}

/** Pictures to train a network on, whatever the world: on half of them the wanted digit, on a quarter others alone. */
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
