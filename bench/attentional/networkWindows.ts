import { overlap } from '../../cascades/attentional/certification/overlap.js';
import { type GreyImage, resizeGrey } from '../../lib/image/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import { HEIGHT, type Place, type PlacedDigit, type Scene, type SceneSource, WIDTH } from './scenes.js';
import { WINDOW } from './sceneTraining.js';

/** The class of windows that show no digit, or a part of one. */
export const BACKGROUND = 10;

/** The network's pictures are of so many pixels a side. */
export const PICTURE = 28;

/** The coarse grid that both the cascade and the network are put on, and the size of the network's pictures. */
export const GRID = { scaleFactor: 1.25, step: 4, size: [PICTURE, PICTURE] } as const;

/** A window that overlaps a digit so much shows it; one that overlaps every digit less than the second shows none. */
const SHOWN = 0.7;
const NOT_SHOWN = 0.6;

/** Windows of one scene: around each digit, near digits, and anywhere. */
const AROUND = 2;
const NEAR = 4;
const ANYWHERE = 6;

/** Pictures, and the digit that each shows or `BACKGROUND`. */
export interface LabelledPictures {
  readonly pictures: GreyImage['data'][];
  readonly labels: number[];
}

/** Windows of so many scenes as a network is to see them. */
export function labelledWindows(source: SceneSource, seed: string, scenes: number): LabelledPictures {
  const [pictures, labels]: [GreyImage['data'][], number[]] = [[], []];
  for (let i = 0; i < scenes; i++) {
    const name = `${seed} ${i}`;
    const scene = source.scene(name);
    for (const { place, label } of windowsOf(scene, random(name).fork('windows'))) {
      pictures.push(pictureOf(scene.image, place));
      labels.push(label);
    }
  }
  return { pictures, labels };
}

/** A window as the network sees it: made as small as the detector's, then as large as its pictures. */
export function pictureOf({ data, stride }: GreyImage, { x, y, width, height }: Place): GreyImage['data'] {
  const part = { data: data.subarray(y * stride + x), width, height, stride };
  return resizeGrey(resizeGrey(part, ...WINDOW), PICTURE, PICTURE).data;
}

/** Whether a window shows no digit of a scene. */
export function showsNone({ wanted, others }: Scene, place: Place): boolean {
  return [...wanted, ...others].every((digit) => overlap(digit, place) < NOT_SHOWN);
}

function* windowsOf(scene: Scene, stream: Random): Generator<{ place: Place; label: number }> {
  const digits = [...scene.wanted, ...scene.others];
  for (const digit of digits) {
    yield* drawn(
      AROUND,
      () => beside(digit, stream, 0.18),
      (place) => overlap(digit, place) >= SHOWN,
      digit.digit,
    );
  }
  if (digits.length > 0) {
    const any = (): PlacedDigit => digits[stream.integer(digits.length)];
    yield* drawn(
      NEAR,
      () => beside(any(), stream, 0.9),
      (place) => showsNone(scene, place),
      BACKGROUND,
    );
  }
  yield* drawn(
    ANYWHERE,
    () => anywhere(stream),
    (place) => showsNone(scene, place),
    BACKGROUND,
  );
}

function* drawn(count: number, draw: () => Place, isWanted: (place: Place) => boolean, label: number) {
  for (let tries = 0, found = 0; found < count && tries < 10 * count; tries++) {
    const place = draw();
    if (!isWanted(place)) continue;
    found++;
    yield { place, label };
  }
}

/** A square about as large as another one, moved by at most a share of its side. */
function beside({ x, y, width }: Place, stream: Random, share: number): Place {
  const draw = () => 2 * stream.uniform() - 1;
  const side = Math.max(WINDOW[0], Math.min(HEIGHT, Math.round(width * 1.3 ** draw())));
  const moved = (from: number, most: number) =>
    Math.max(0, Math.min(most - side, Math.round(from + (width - side) / 2 + share * width * draw())));
  return { x: moved(x, WIDTH), y: moved(y, HEIGHT), width: side, height: side };
}

function anywhere(stream: Random): Place {
  const side = Math.round(WINDOW[0] * (HEIGHT / WINDOW[0]) ** stream.uniform());
  return {
    x: stream.integer(WIDTH - side + 1),
    y: stream.integer(HEIGHT - side + 1),
    width: side,
    height: side,
  };
}
