import { type Digits, loadDigits } from '../../datasets/digits.js';
import { type GreyImage, resizeGrey } from '../../detect/image/index.js';
import { type Random, random } from '../../lib/stats/index.js';
import { PARTS, type Part, photographs } from './photographs.js';

/** The digit that is looked for. The others are there to distract. */
export const WANTED = 0;

export const WIDTH = 320;
export const HEIGHT = 240;

/** How scenes are drawn: pixels of the image, and sides of digits with their paper. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly least: number;
  readonly most: number;
}

const SCENES: Drawing = { width: WIDTH, height: HEIGHT, least: 28, most: 96 };

/** Where a digit lies, in pixels of the scene. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A digit of a scene. */
export interface PlacedDigit extends Place {
  readonly digit: number;
}

/** A photograph with digits on it. */
export interface Scene {
  readonly image: GreyImage;
  /** Those that are looked for. */
  readonly wanted: readonly PlacedDigit[];
  /** Those that distract. */
  readonly others: readonly PlacedDigit[];
}

/** Scenes of one part of the photographs and digits. */
export interface SceneSource {
  /** With two wanted digits on average, and as many others. @param seed the same seed gives the same scene */
  scene(seed: string): Scene;
  /** With others only. */
  background(seed: string): GreyImage;
  /** With so many digits of each kind, where they have room. */
  frame(seed: string, counts: { readonly wanted: number; readonly others: number }, drawing: Drawing): Scene;
}

interface Material {
  readonly backgrounds: readonly GreyImage[];
  readonly wanted: readonly Ink[];
  readonly others: readonly Ink[];
}

interface Ink {
  readonly pixels: Uint8Array;
  readonly digit: number;
}

/**
 * Makes the scenes of each part: nothing is kept but backgrounds and digits.
 *
 * @param backgrounds of a part, each as large as a scene or larger
 */
export async function sceneSources(
  backgrounds: (part: Part) => Promise<readonly GreyImage[]> = photographs,
): Promise<Record<Part, SceneSource>> {
  const { train, test } = await loadDigits();
  const digits: Record<Part, Digits> = {
    training: cut(train, 0, 48_000),
    validation: cut(train, 48_000, 60_000),
    // Of other writers.
    unseen: test,
  };
  const made = await Promise.all(
    PARTS.map(async (part) => [part, sourceOf(materialOf(await backgrounds(part), digits[part]))] as const),
  );
  const [training, validation, unseen] = made.map(([, source]) => source);
  return { training, validation, unseen };
}

function cut({ rows, labels }: Digits, from: number, to: number): Digits {
  return { rows: rows.slice(from, to), labels: labels.slice(from, to) };
}

function materialOf(backgrounds: readonly GreyImage[], { rows, labels }: Digits): Material {
  const inks = rows.map(({ pixels }, i) => ({ pixels, digit: labels[i] }));
  return {
    backgrounds,
    wanted: inks.filter(({ digit }) => digit === WANTED),
    others: inks.filter(({ digit }) => digit !== WANTED),
  };
}

function sourceOf(material: Material): SceneSource {
  const some = (seed: string, hasWanted: boolean) => {
    const stream = random(seed);
    // One to three of each kind.
    const count = () => 1 + stream.integer(3);
    return scene(material, stream, { wanted: hasWanted ? count : () => 0, others: count }, SCENES);
  };
  return {
    scene: (seed) => some(seed, true),
    background: (seed) => some(seed, false).image,
    frame: (seed, { wanted, others }, drawing) =>
      scene(material, random(seed), { wanted: () => wanted, others: () => others }, drawing),
  };
}

function scene(
  material: Material,
  stream: Random,
  counts: Readonly<Record<'wanted' | 'others', () => number>>,
  drawing: Drawing,
): Scene {
  const background = material.backgrounds[stream.integer(material.backgrounds.length)];
  const image = crop(background, stream, drawing);
  const placed: PlacedDigit[] = [];
  const put = (inks: readonly Ink[]) => {
    const place = freePlace(stream, placed, drawing);
    if (place === undefined) return;
    const { pixels, digit } = inks[stream.integer(inks.length)];
    draw(image, pixels, place, stream);
    placed.push({ ...place, digit });
  };
  for (let left = counts.wanted(); left > 0; left--) put(material.wanted);
  const wanted = [...placed];
  for (let left = counts.others(); left > 0; left--) put(material.others);
  return { image, wanted, others: placed.slice(wanted.length) };
}

/** A part of a photograph at some size, mirrored or not, darkened so that ink shows on it. */
function crop(photograph: GreyImage, stream: Random, drawing: Drawing): GreyImage {
  const { width: across, height: down } = drawing;
  const room = Math.min(photograph.width / across, photograph.height / down);
  const zoom = Math.min(room, 0.6 + stream.uniform() * Math.max(0, room - 0.6));
  const [width, height] = [Math.floor(across * zoom), Math.floor(down * zoom)];
  const x = stream.integer(photograph.width - width + 1);
  const y = stream.integer(photograph.height - height + 1);
  const { stride } = photograph;
  const part = { data: photograph.data.subarray(y * stride + x), width, height, stride };
  const resized = resizeGrey(part, across, down);
  const light = 0.35 + 0.35 * stream.uniform();
  const darkened = Uint8Array.from({ length: 256 }, (_, value) => Math.round(light * value));
  const isMirrored = stream.uniform() < 0.5;
  const data = new Uint8Array(across * down);
  for (let row = 0; row < down; row++) {
    const from = row * resized.stride;
    const to = row * across;
    for (let column = 0; column < across; column++) {
      data[to + (isMirrored ? across - 1 - column : column)] = darkened[resized.data[from + column]];
    }
  }
  return { data, width: across, height: down, stride: across };
}

/** Small digits are as frequent as large ones are, by the logarithm of their side. */
function freePlace(
  stream: Random,
  taken: readonly Place[],
  { width, height, least, most }: Drawing,
): Place | undefined {
  for (let tries = 0; tries < 20; tries++) {
    const side = Math.round(least * (most / least) ** stream.uniform());
    const x = stream.integer(width - side + 1);
    const y = stream.integer(height - side + 1);
    const isFree = taken.every(
      (other) =>
        x >= other.x + other.width ||
        x + side <= other.x ||
        y >= other.y + other.height ||
        y + side <= other.y,
    );
    if (isFree) return { x, y, width: side, height: side };
  }
  return undefined;
}

/** Adds ink, of a contrast of its own, to what is there. */
function draw({ data, stride }: GreyImage, digit: Uint8Array, { x, y, width }: Place, stream: Random): void {
  const ink = resizeGrey({ data: digit, width: 28, height: 28, stride: 28 }, width, width);
  const contrast = 70 + stream.integer(110);
  for (let row = 0; row < width; row++) {
    for (let column = 0; column < width; column++) {
      const at = (y + row) * stride + x + column;
      const added = (contrast * ink.data[row * ink.stride + column]) / 255;
      data[at] = Math.min(255, Math.round(data[at] + added));
    }
  }
}
