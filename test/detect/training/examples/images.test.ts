import test from 'ava';
import { type GreyImage, resizeGrey } from '../../../../detect/image/index.js';
import { trainDetector } from '../../../../detect/index.js';
import {
  collectFalsePositives,
  heldOut,
  type ImageSource,
  objectPlaces,
  readImages,
  windowOf,
} from '../../../../detect/training/examples/index.js';
import { passesAll } from '../../../../detect/training/grownModel.js';
import { Pacer } from '../../../../detect/training/pacer.js';
import { systemTimer } from '../../../../lib/util/timer.js';
import { backgrounds, crosses, noise, options, SIDE } from '../scenes.js';

const pacer = new Pacer(systemTimer, undefined);
const all = () => true;

async function orderOf(source: ImageSource, seed: string): Promise<number[]> {
  const order: number[] = [];
  for await (const { index } of readImages('negatives', source, seed, all, undefined)) order.push(index);
  return order;
}

test('an array has an order for each seed, other iterables their own', async (t) => {
  const images = backgrounds('some', 12, SIDE);
  const first = await orderOf(images, 'a');
  t.deepEqual(await orderOf(images, 'a'), first);
  t.notDeepEqual(await orderOf(images, 'b'), first);
  t.deepEqual(
    [...first].sort((a, b) => a - b),
    images.map((_, i) => i),
  );
  t.deepEqual(
    await orderOf(new Set(images), 'a'),
    images.map((_, i) => i),
  );
});

test('an exact share of an array is held out, the same for a seed', (t) => {
  const images = backgrounds('some', 20, SIDE);
  const held = heldOut(images, 0.25, 1);
  t.is(images.filter((_, i) => held(i)).length, 5);
  const again = heldOut(images, 0.25, 1);
  t.true(images.every((_, i) => held(i) === again(i)));
});

test('boxes are cut with their stride and resized exactly', (t) => {
  const { data } = noise('padded', 40, 30);
  const image = { data, width: 37, height: 30, stride: 40 };
  const box = { x: 3, y: 5, width: 17, height: 20 };
  const [[place]] = objectPlaces('positives', [{ image, boxes: [box] }], [SIDE, SIDE]);
  const cut: GreyImage = {
    data: Uint8Array.from({ length: 17 * 20 }, (_, i) => data[(5 + Math.floor(i / 17)) * 40 + 3 + (i % 17)]),
    width: 17,
    height: 20,
    stride: 17,
  };
  t.deepEqual(windowOf(place, [SIDE, SIDE]), resizeGrey(cut, SIDE, SIDE).data);
});

const search = {
  model: passesAll({ kind: 'haar', width: SIDE, height: SIDE }),
  needed: 60,
  perImage: 4,
  scaleFactor: 1.25,
  maxWindows: 1e9,
  rate: 0,
  seed: 'some',
};
const read = (images: readonly GreyImage[]) => () => readImages('negatives', images, 'some', all, undefined);

test('no more of an image than are needed, if there are enough images', async (t) => {
  const many = await collectFalsePositives(search, read(backgrounds('some', 30, 24)), pacer);
  t.is(many.windows.length, 60);
  t.is(many.perImage, 4);
  t.is(many.outcome, 'enough');
  // Five images: twelve of each.
  const few = await collectFalsePositives(search, read(backgrounds('some', 5, 24)), pacer);
  t.is(few.windows.length, 60);
  t.is(few.perImage, 12);
  t.is(few.outcome, 'enough');
});

test('every window that passes is taken where there are too few', async (t) => {
  const images = [...backgrounds('some', 3, SIDE), ...backgrounds('more', 1, SIDE + 4)];
  const found = await collectFalsePositives(search, read(images), pacer);
  // One window of 12 pixels each, and 9 in steps of 2 at the first level of 16 pixels, 1 at the second.
  t.is(found.outcome, 'exhausted');
  t.is(found.windows.length, 3 + 10);
  t.is(found.passed, 3 + 10);
  const pixels = found.windows.map((window) => window.join());
  t.is(new Set(pixels).size, 13);
  for (const { data } of images.slice(0, 3)) t.true(pixels.includes(data.join()));
});

test('iterables that are not arrays, and functions that never end, give negatives too', async (t) => {
  const images = backgrounds('training', 20);
  const short = { ...options, stages: 2 };
  async function* stored() {
    yield* images;
  }
  const iterable = { [Symbol.asyncIterator]: stored };
  t.is((await trainDetector({ ...short, negatives: iterable })).table.length, 2);
  const seeds: string[] = [];
  function* endless(seed: string) {
    seeds.push(seed);
    for (let i = 0; ; i++) yield backgrounds(`${seed} ${i}`, 1)[0];
  }
  const validation = { positives: crosses('validation', 30), negatives: endless };
  const made = await trainDetector({ ...short, negatives: endless, validation });
  t.is(made.reason, 'stages');
  t.is(new Set(seeds).size, seeds.length);
});

test('positives in images with boxes: what is trained is what crops give', async (t) => {
  const short = {
    ...options,
    stages: 1,
    validation: { positives: crosses('v', 30), negatives: backgrounds('v', 9) },
  };
  const positives = crosses('training', 60);
  const boxes = [{ x: 0, y: 0, width: SIDE, height: SIDE }];
  const boxed = await trainDetector({
    ...short,
    positives: positives.map((image) => ({ image, boxes })),
    window: [SIDE, SIDE],
  });
  t.deepEqual(boxed.state, (await trainDetector({ ...short, positives })).state);
});
