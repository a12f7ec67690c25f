import test from 'ava';
import { DetectorBefore } from '../../../../cascades/attentional/before/index.js';
import {
  type CertifyBeforeOptions,
  certifyBefore,
  Detector,
  type WindowModel,
} from '../../../../entries/detect.js';
import { DataError, OptionError, UsedRows } from '../../../../index.js';
import { blobModel, type SceneOptions, SIDE, scenes } from '../blobs.js';
import { middleModel } from './middleModel.js';

const grid = { step: 2, maxSize: [SIDE, SIDE] } as const;
const pictures = (seed: string, count: number, options: Partial<SceneOptions> = {}) =>
  scenes(seed, count, { noise: 60, ...options }).map(({ image }) => image);

/** A clock that stands still but while the full model scores: so many microseconds a window. */
function timedModel(perWindow: number, perBatch = 0) {
  let now = 0;
  const model = middleModel();
  const full: WindowModel = {
    ...model,
    score(blocks, out) {
      now += (perBatch + perWindow * blocks[0].rows) / 1_000;
      return model.score(blocks, out);
    },
  };
  return { full, clock: { now: () => now } };
}

const options: Omit<CertifyBeforeOptions, 'clock'> = {
  tuning: pictures('tuning', 30),
  images: pictures('certify', 200),
  epsilon: 0.1,
  maxAccepted: 4,
  seed: 1,
};

test('the cheapest setting that keeps enough is certified, and served', async (t) => {
  const { full, clock } = timedModel(10);
  const detector = new Detector(blobModel());
  const progress: string[] = [];
  const before = await certifyBefore(detector.before(full, { accept: 'blob', ...grid }), {
    ...options,
    clock,
    onProgress: ({ step, images }) => progress.push(`${step} ${images}`),
  });
  const { certificate } = before;
  const { bound, setting, expected } = certificate ?? {};
  t.is(certificate?.verdict, 'certified');
  t.is(bound?.n, 200);
  t.true((bound?.accepted ?? 0) > 200);
  t.true((bound?.lost ?? 0) > 0 && (bound?.lost ?? 0) < 0.1 * (bound?.accepted ?? 0));
  t.true((bound?.upper ?? 1) <= 0.1);
  t.is(setting?.stages, 2);
  // Ten microseconds a window, and nothing else.
  t.is(expected?.windows, 18 * 13);
  t.true(Math.abs((expected?.fullCost ?? 0) - 10 * 18 * 13) < 1e-6);
  t.true(Math.abs((expected?.cost ?? 0) - 10 * (expected?.passed ?? 0)) < 1e-6);
  t.deepEqual(
    [progress[0], progress[29], progress[30], progress.length],
    ['tuning 1', 'tuning 30', 'certification 1', 230],
  );
  // Counted again from outside, on the same images.
  const all = detector.before(full, { accept: 'blob', ...grid });
  let [kept, accepted] = [0, 0];
  for (const image of pictures('certify', 200)) {
    kept += (await before.detect(image)).boxes.length;
    const lax = { ...all.parts, served: null };
    accepted += (await new DetectorBefore(lax).detect(image)).boxes.length;
  }
  t.deepEqual([accepted, accepted - kept], [bound?.accepted, bound?.lost]);
  t.deepEqual(JSON.parse(JSON.stringify(certificate)), certificate);
});

test('where the full model alone is cheaper the certification images are never opened', async (t) => {
  // A scan takes no time, but a batch costs as much as all windows of an image.
  const { full, clock } = timedModel(0, 100);
  const before = await certifyBefore(new Detector(blobModel()).before(full, { accept: 'blob', ...grid }), {
    ...options,
    clock,
    images: () => {
      throw new Error('opened');
    },
  });
  const { certificate } = before;
  t.is(certificate?.verdict, 'full-model-only');
  t.regex(certificate?.reason ?? '', /^not worth it/);
  t.is(certificate?.bound, null);
  t.is(certificate?.setting, null);
  const [image] = pictures('served', 1);
  const { windows, passed } = await before.detect(image);
  t.is(passed, windows);
});

test('too few images, and losses that are too many, leave the full model alone', async (t) => {
  const { full, clock } = timedModel(10);
  const attempt = (more: Partial<CertifyBeforeOptions>) =>
    certifyBefore(new Detector(blobModel()).before(full, { accept: 'blob', ...grid }), {
      ...options,
      clock,
      ...more,
    });
  const few = (await attempt({ images: pictures('few', 20) })).certificate;
  t.is(few?.verdict, 'full-model-only');
  t.is(few?.setting, null);
  t.is(few?.bound?.upper, null);
  const needed = few?.bound?.imagesNeeded ?? 0;
  t.is(
    few?.reason,
    `too few certification images: 20, where even without a single loss ${needed} are needed`,
  );
  t.true(needed > 29 && needed < 150);
  // Most windows are flat, and a detector of Haar features never passes these on.
  const flat = await certifyBefore(new Detector(blobModel()).before(full, { accept: () => 1, ...grid }), {
    ...options,
    clock,
    maxAccepted: 18 * 13,
  });
  t.is(flat.certificate?.verdict, 'full-model-only');
  t.regex(flat.certificate?.reason ?? '', /even the most permissive setting/);
  const none = (await attempt({ images: pictures('none', 60, { wanted: 0 }) })).certificate;
  t.regex(none?.reason ?? '', /accepts no window/);
});

test('images count once, and tuning images certify nothing', async (t) => {
  const { full, clock } = timedModel(10);
  const detector = new Detector(blobModel());
  const before = detector.before(full, { accept: 'blob', ...grid });
  const given = { ...options, clock };
  await t.throwsAsync(certifyBefore(before, { ...given, images: options.tuning }), { instanceOf: UsedRows });
  await certifyBefore(before, given);
  await t.throwsAsync(certifyBefore(before, given), { instanceOf: UsedRows });
  const again = await certifyBefore(before, { ...given, repeats: true });
  t.is(again.certificate?.verdict, 'certified');
});

test('what can’t be used is refused by name', async (t) => {
  const { full, clock } = timedModel(10);
  const before = new Detector(blobModel()).before(full, { accept: 'blob', ...grid });
  const refused = async (more: object, option: string, message?: RegExp) => {
    const error = await t.throwsAsync(certifyBefore(before, { ...options, clock, repeats: true, ...more }), {
      instanceOf: OptionError,
    });
    t.is(error?.option, option);
    if (message) t.regex(error?.message ?? '', message);
  };
  await refused({ epsilon: 0 }, 'epsilon');
  await refused({ delta: 0.95 }, 'delta');
  await refused({ maxAccepted: 0 }, 'maxAccepted');
  await refused({ maxAccepted: 1 }, 'images', /accepts 2 windows of image 1, and 'maxAccepted' is 1/);
  await refused({ settings: 0 }, 'settings');
  await refused({ clock: 3 }, 'clock');
  await refused({ tuning: 3 }, 'tuning');
  await refused({ images: [3] }, 'images', /image 0/);
  await refused({ epsilonn: 0.1 }, 'epsilonn');
  await t.throwsAsync(certifyBefore(before, { ...options, clock, tuning: [] }), { instanceOf: DataError });
});
