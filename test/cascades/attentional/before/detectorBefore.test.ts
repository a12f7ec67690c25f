import test from 'ava';
import {
  type BeforeOptions,
  Detector,
  type DetectorBefore,
  type WindowModel,
} from '../../../../entries/detect.js';
import { OptionError } from '../../../../index.js';
import { blobModel, SIDE, scene } from '../blobs.js';
import { middleModel } from './middleModel.js';

const grid = { step: 2, maxSize: [SIDE, SIDE] } as const;

test('boxes are the windows that both accept, with the full model’s scores', async (t) => {
  const full = middleModel();
  const before = new Detector(blobModel()).before(full, { accept: 'blob', ...grid });
  t.is(before.certificate, undefined);
  const { image, boxes } = scene('both', { wanted: 3, noise: 40 });
  const found = await before.detect(image);
  t.is(found.boxes.length, 3);
  t.is(found.windows, 18 * 13);
  t.is(found.passed, 3);
  t.is(full.rows(), 3);
  for (const { x, y } of boxes) t.true(found.boxes.some((box) => box.x === x && box.y === y));
  for (const { score, width, neighbours } of found.candidates) {
    t.true(score > 0.5 && score <= 1);
    t.is(width, SIDE);
    t.is(neighbours, 1);
  }
});

test('what the full model refuses is no box', async (t) => {
  const refusing: WindowModel = { ...middleModel(), score: (_, out) => void out.fill(0.5) };
  const before = new Detector(blobModel()).before(refusing, { accept: 'blob', ...grid });
  const { image } = scene('refused', { wanted: 2 });
  // The first class has the answer where scores are equal.
  t.deepEqual((await before.detect(image)).boxes, []);
  const first = new Detector(blobModel()).before(refusing, { accept: 'nothing', ...grid });
  t.is((await first.detect(image)).boxes.length, 2);
});

test('accepted windows are grouped where that is asked for', async (t) => {
  const every = { ...middleModel(), score: (_: unknown, out: Float64Array) => void out.fill(0.75) };
  const options: BeforeOptions = { accept: ([score]) => score, ...grid };
  const detector = new Detector(blobModel());
  const { image } = scene('grouped', { wanted: 2 });
  t.is((await detector.before(every, { ...options, minNeighbors: 1 }).detect(image)).boxes.length, 0);
  const { boxes, candidates } = await detector.before(every, options).detect(image);
  t.deepEqual(boxes, candidates);
});

test('an image smaller than a window has none', async (t) => {
  const before = new Detector(blobModel()).before(middleModel(), { accept: 'blob' });
  const image = { data: new Uint8Array(20), width: 5, height: 4 };
  t.deepEqual(await before.detect(image), { boxes: [], candidates: [], windows: 0, passed: 0 });
});

test('the signal reaches the model, and an aborted one ends it', async (t) => {
  const signals: unknown[] = [];
  const heeding: WindowModel = {
    ...middleModel(),
    score(_, out, context) {
      signals.push(context?.signal);
      out.fill(0);
    },
  };
  const before = new Detector(blobModel()).before(heeding, { accept: 'blob', ...grid });
  const { image } = scene('signal', { wanted: 1 });
  const controller = new AbortController();
  await before.detect(image, { signal: controller.signal });
  t.deepEqual(signals, [controller.signal]);
  const reason = new Error('enough');
  controller.abort(reason);
  t.is(await t.throwsAsync(before.detect(image, { signal: controller.signal })), reason);
});

test('what can’t be used is refused by name', async (t) => {
  const detector = new Detector(blobModel());
  const { image } = scene('mistakes', { wanted: 1 });
  const refused = async (options: object, option: string, model: object = middleModel()) => {
    const before: DetectorBefore = Reflect.apply(detector.before, detector, [
      model,
      { accept: 'blob', ...options },
    ]);
    const error = await t.throwsAsync(before.detect(image), { instanceOf: OptionError });
    t.is(error?.option, option);
  };
  await refused({}, 'model', {});
  await refused({ accept: 'bolb' }, 'accept');
  await refused({ accept: undefined }, 'accept');
  await refused({ step: 0 }, 'step');
  await refused({ scaleFactor: 1 }, 'scaleFactor');
  await refused({ size: 28 }, 'size');
  await refused({ size: [28, 0] }, 'size');
  await refused({ batch: 0 }, 'batch');
  await refused({ input: 1 }, 'input');
  await refused({ stride: 4 }, 'stride');
});
