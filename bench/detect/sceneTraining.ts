import type { ImageInput } from '../../detect/image/index.js';
import {
  type BoxedImage,
  type Detector,
  type StageRow,
  stageTable,
  type TrainingOptions,
  trainDetector,
} from '../../detect/index.js';
import { random } from '../../lib/stats/index.js';
import type { Part } from './photographs.js';
import { HEIGHT, type Place, type SceneSource, WIDTH } from './scenes.js';

/** How far boxes are moved and resized at most, as a share of their sides. */
const MOVE = 0.04;

/** The window, in which a digit lies with its paper. */
export const WINDOW = [24, 24] as const;

/** How much is trained on. */
export interface Extent {
  readonly positives: number;
  readonly features: number;
  readonly stages: number;
  readonly depth: 1 | 2;
  readonly haar: 'basic' | 'core';
  readonly maxWeak: number;
  /** Of each stage. @defaultValue `trainDetector`'s */
  readonly hitRate?: number;
}

/** The same for a cascade that is to be cheap rather than to find all: stumps, and stages that may lose more. */
export function ofStumps(extent: Extent): Extent {
  return { ...extent, depth: 1, hitRate: 0.99 };
}

export const FULL: Extent = {
  positives: 4_500,
  features: 6_000,
  stages: 10,
  depth: 2,
  haar: 'core',
  maxWeak: 150,
};
export const QUICK: Extent = {
  positives: 200,
  features: 400,
  stages: 6,
  depth: 2,
  haar: 'core',
  maxWeak: 30,
};

/** A detector, how it came about, and what that cost. */
export interface Training {
  readonly detector: Detector;
  readonly reason: string;
  readonly table: readonly StageRow[];
  readonly seconds: number;
  /** Nanoseconds of processor time of boosting for a feature, a sample and a round, of depth 1; twice as much is done at depth 2. */
  readonly perUpdate: number;
}

/** Trains a cascade on scenes. */
export async function trainOnScenes(
  sources: Record<Part, SceneSource>,
  extent: Extent,
  seed: number,
  log: (text: string) => void,
): Promise<Training> {
  const { positives, ...rest } = extent;
  return timed(
    {
      positives: boxes(sources.training, `positives ${seed}`, positives),
      negatives: backgrounds(sources.training),
      validation: {
        positives: boxes(sources.validation, `positives ${seed}`, Math.ceil(positives / 2)),
        negatives: backgrounds(sources.validation),
      },
      ...{ window: WINDOW, seed, falsePositiveRate: 1e-6 },
      ...rest,
    },
    extent.features,
    log,
  );
}

/** One stage of so many weak learners, which learns to refuse given windows. */
export async function trainOneStage(
  sources: Record<Part, SceneSource>,
  { positives, features }: Extent,
  negatives: Readonly<Record<'training' | 'validation', readonly ImageInput[]>>,
  { weak, hitRate }: { readonly weak: number; readonly hitRate: number },
  seed: number,
  log: (text: string) => void,
): Promise<Training> {
  return timed(
    {
      positives: boxes(sources.training, `positives ${seed}`, positives),
      negatives: negatives.training,
      validation: {
        positives: boxes(sources.validation, `positives ${seed}`, Math.ceil(positives / 2)),
        negatives: negatives.validation,
      },
      // No rate of false alarms is low enough, so that all weak learners are added.
      ...{
        window: WINDOW,
        features,
        stages: 1,
        maxWeak: weak,
        hitRate,
        falseAlarmRate: 1e-12,
        falsePositiveRate: 1,
      },
      negativesPerStage: negatives.training.length,
      validationNegatives: negatives.validation.length,
      seed,
    },
    features,
    log,
  );
}

async function timed(
  options: TrainingOptions,
  features: number,
  log: (text: string) => void,
): Promise<Training> {
  const begun = performance.now();
  let last: { readonly weak: number; readonly at: number } | undefined;
  let boosting = 0;
  let updates = 0;
  const trained = await trainDetector({
    ...options,
    onProgress({ step, table }) {
      // Other work on the machine doesn't count.
      const now = process.cpuUsage().user / 1_000;
      const row = table.at(-1);
      if (step === 'boosting' && row !== undefined) {
        // From one round to the next: features were computed before the first.
        if (last !== undefined && row.weak > last.weak) {
          boosting += now - last.at;
          updates += features * (row.positives + row.negatives) * (row.weak - last.weak);
        }
        last = { weak: row.weak, at: now };
      } else last = undefined;
      if (step === 'stage') log(`${stageTable(table)}\n`);
    },
  });
  const { detector, table, message } = trained;
  return {
    ...{ detector, table, reason: message },
    seconds: (performance.now() - begun) / 1_000,
    perUpdate: (1e6 * boosting) / updates,
  };
}

/** Scenes without wanted digits, without end. */
function backgrounds(source: SceneSource): (seed: string) => Iterable<ImageInput> {
  return function* (seed) {
    for (let i = 0; ; i++) yield source.background(`${seed} ${i}`);
  };
}

/** Scenes with boxes around wanted digits, moved and resized a little: windows of a scan never fit exactly. */
function boxes(source: SceneSource, seed: string, count: number): BoxedImage[] {
  const images: BoxedImage[] = [];
  let left = count;
  for (let i = 0; left > 0; i++) {
    const { image, wanted } = source.scene(`${seed} ${i}`);
    const stream = random(`${seed} ${i} moves`);
    const moved = wanted
      .slice(0, left)
      .map((place) => moveABit(place, () => MOVE * (2 * stream.uniform() - 1)));
    images.push({ image, boxes: moved });
    left -= moved.length;
  }
  return images;
}

function moveABit({ x, y, width }: Place, draw: () => number): Place {
  const side = Math.round(width * (1 + draw()));
  const moved = (from: number, most: number) =>
    Math.max(0, Math.min(most - side, Math.round(from + (width - side) / 2 + width * draw())));
  return { x: moved(x, WIDTH), y: moved(y, HEIGHT), width: side, height: side };
}
