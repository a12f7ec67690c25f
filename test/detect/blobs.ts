import type { BoxedImage, CascadeModel } from '../../entries/detect.js';
import { random } from '../../lib/stats/index.js';

/** Side of a blob's window. */
export const SIDE = 6;

/** Values of the feature that each weak learner of the last stage asks for. A blob without noise has 4.62. */
const STEPS = [3, 3.3, 3.6, 3.9, 4.2, 4.5];

/**
 * Finds bright squares of 2 x 2 pixels in the middle of a window: a first stage with a low threshold, and one whose sum is
 * the number of steps that the feature reaches.
 */
export function blobModel(): CascadeModel {
  const thresholds = [2, ...STEPS];
  const nodes = thresholds.length;
  return {
    kind: 'haar',
    width: SIDE,
    height: SIDE,
    features: {
      count: 1,
      rectangles: Int32Array.of(0, 0, SIDE, SIDE, 2, 2, 2, 2, 0, 0, 0, 0),
      weights: Float32Array.of(-1, 9, 0),
      tilted: Uint8Array.of(0),
    },
    firstTree: Int32Array.of(0, 1, nodes),
    stageThresholds: Float32Array.of(1, 3),
    firstNode: Int32Array.from({ length: nodes + 1 }, (_, i) => i),
    left: new Int32Array(nodes),
    right: new Int32Array(nodes).fill(-1),
    feature: new Int32Array(nodes),
    thresholds: Float32Array.from(thresholds),
    subsets: new Int32Array(),
    leaves: Float32Array.from({ length: 2 * nodes }, (_, i) => i % 2),
  };
}

/** Windows of one size alone. */
export const detect = { minNeighbors: 0, maxSize: [SIDE, SIDE] } as const;

/** What a scene shows. */
export interface SceneOptions {
  readonly wanted: number;
  readonly distractors?: number;
  /** The most that noise adds to a pixel of a wanted blob, and of a distractor. */
  readonly noise?: number;
  readonly distractorNoise?: number;
}

/** Blobs at different places of a grey image. */
export function scene(
  seed: string,
  { wanted, distractors = 0, noise = 0, distractorNoise = 0 }: SceneOptions,
): BoxedImage {
  const stream = random(seed);
  const [width, height] = [40, 30];
  const data = new Uint8Array(width * height).fill(100);
  // No two scenes are equal.
  for (let i = 0; i < 6; i++) data[i] += stream.integer(8);
  const places = Int32Array.from({ length: 12 }, (_, i) => i);
  stream.shuffle(places);
  const boxes: { x: number; y: number; width: number; height: number }[] = [];
  for (let blob = 0; blob < wanted + distractors; blob++) {
    const [x, y] = [2 + 10 * (places[blob] % 4), 2 + 10 * Math.floor(places[blob] / 4)];
    const most = blob < wanted ? noise : distractorNoise;
    for (let dy = 0; dy < SIDE; dy++) {
      for (let dx = 0; dx < SIDE; dx++) {
        const isIn = dx >= 2 && dx < 4 && dy >= 2 && dy < 4;
        data[(y + dy) * width + x + dx] += (isIn ? 80 : 0) + Math.floor(stream.uniform() * (most + 1));
      }
    }
    if (blob < wanted) boxes.push({ x, y, width: SIDE, height: SIDE });
  }
  return { image: { data, width, height }, boxes };
}

/** Scenes with one or two wanted blobs each. */
export function scenes(seed: string, count: number, options: Partial<SceneOptions> = {}): BoxedImage[] {
  return Array.from({ length: count }, (_, i) => scene(`${seed} ${i}`, { wanted: 1 + (i % 2), ...options }));
}
