import { modelAt } from '../../detect/dial/index.js';
import { type GreyImage, resizeGrey } from '../../detect/image/index.js';
import { Detector } from '../../detect/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import { HEIGHT, type Place, type SceneSource, WIDTH } from './scenes.js';

/** At most so many windows of a scene, as many scenes as are needed, but no more than this. */
const PER_SCENE = 8;
const MOST_SCENES = 3_000;

/**
 * Windows that a cascade's stages were fitted on: random ones for the first, and false positives of the stages before for each other
 * one. A single stage that is fitted on all of them has seen what the cascade has.
 */
export function allNegatives(
  detector: Detector,
  source: SceneSource,
  perStage: number,
  seed: string,
): GreyImage[] {
  const { width, height } = detector.model;
  const stages = detector.model.stageThresholds.length;
  return Array.from({ length: stages }, (_, stage) => {
    const before = stage === 0 ? undefined : firstStages(detector, stage);
    const windows: GreyImage[] = [];
    for (let i = 0; windows.length < perStage && i < MOST_SCENES; i++) {
      const name = `${seed} ${stage} ${i}`;
      const image = source.background(name);
      const stream = random(`${name} windows`);
      const places =
        before === undefined
          ? Array.from({ length: PER_SCENE }, () => randomPlace(stream, width))
          : drawn(before.detect(image, { scaleFactor: 1.25, minNeighbors: 0 }).candidates, stream);
      for (const place of places) windows.push(cropOf(image, place, width, height));
    }
    return windows.slice(0, perStage);
  }).flat();
}

function randomPlace(stream: Random, least: number): Place {
  const side = Math.round(least * (HEIGHT / least) ** stream.uniform());
  return {
    x: stream.integer(WIDTH - side + 1),
    y: stream.integer(HEIGHT - side + 1),
    width: side,
    height: side,
  };
}

function drawn(places: readonly Place[], stream: Random): Place[] {
  const order = Int32Array.from(places, (_, i) => i);
  stream.shuffle(order);
  return Array.from(order.subarray(0, PER_SCENE), (i) => places[i]);
}

function cropOf({ data, stride }: GreyImage, place: Place, width: number, height: number): GreyImage {
  const part = {
    data: data.subarray(place.y * stride + place.x),
    width: place.width,
    height: place.height,
    stride,
  };
  return resizeGrey(part, width, height);
}

function firstStages({ model }: Detector, stages: number): Detector {
  return new Detector(modelAt(model, { stages, threshold: model.stageThresholds[stages - 1] }));
}
