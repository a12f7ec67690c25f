import test from 'ava';
import {
  type CertifyDetectorOptions,
  certifyDetector,
  type DetectionBounds,
  Detector,
  readCascade,
  tuneDial,
} from '../../../entries/detect.js';
import { DataError, OptionError, UsedRows } from '../../../index.js';
import { blobModel, detect, SIDE, scene, scenes } from '../blobs.js';

const detection: DetectionBounds = { detection: { rate: 0.9, maxObjects: 2 } };

test('a detector that finds all objects is certified, and is served as it was tested', async (t) => {
  const detector = new Detector(blobModel());
  const images = scenes('certified', 80, { noise: 60 });
  const progress: number[] = [];
  const certified = await certifyDetector(detector, {
    images,
    bounds: { ...detection, falseDetections: { most: 0, share: 0.1 }, falsePositives: { rate: 0.1 } },
    delta: 0.1,
    detect,
    seed: 3,
    onProgress: ({ images: count }) => progress.push(count),
  });
  const { certificate } = certified;
  t.is(certificate.verdict, 'certified');
  t.is(certificate.reason, null);
  t.is(certificate.delta, 0.1);
  t.deepEqual(certificate.setting, { stages: 2, threshold: 3 });
  t.is(certificate.images, 80);
  t.is(certificate.digests.length, 80);
  t.is(certificate.detection?.objects, 120);
  t.is(certificate.detection?.met, 120);
  t.true((certificate.detection?.lower ?? 0) >= 0.9);
  t.is(certificate.falseDetections?.over, 0);
  t.is(certificate.falsePositives?.n, 80);
  t.true((certificate.falsePositives?.upper ?? 1) <= 0.1);
  t.deepEqual(
    progress,
    Array.from({ length: 80 }, (_, i) => i + 1),
  );
  t.throws(() => Object.assign(certificate, { verdict: 'certified' }), { instanceOf: TypeError });
  const { image, boxes } = scene('served', { wanted: 2, noise: 60 });
  const found = certified.detector?.detect(image, certified.detect).boxes ?? [];
  t.is(found.length, 2);
  for (const { x, y } of boxes) t.true(found.some((box) => box.x === x && box.y === y));
  t.deepEqual(JSON.parse(JSON.stringify(certificate)), certificate);
});

test('a dial is walked to the setting with the fewest false alarms that still finds enough', async (t) => {
  const detector = new Detector(blobModel());
  const dial = await tuneDial(detector, { images: scenes('tuning', 60, { noise: 75 }), detect });
  // A sum is a whole number of steps.
  t.true(dial.settings.length >= 3 && dial.settings.length <= 8);
  const images = scenes('walked', 300, { noise: 75 });
  const bounds = { detection: { rate: 0.6, maxObjects: 2 } };
  const { certificate, detector: served } = await certifyDetector(detector, {
    images,
    dial,
    bounds,
    delta: 0.05,
    detect,
  });
  t.is(certificate.verdict, 'certified');
  const [first, last] = certificate.range ?? [-1, -1];
  t.is(first, 0);
  t.true(last > 0);
  t.deepEqual(certificate.setting, dial.settings[last]);
  // What it counts is what it serves.
  const met = images
    .map(({ image, boxes }) => {
      const found = served?.detect(image, detect).boxes ?? [];
      return boxes.filter(({ x, y }) => found.some((box) => box.x === x && box.y === y)).length;
    })
    .reduce((sum, count) => sum + count, 0);
  t.is(certificate.detection?.met, met);
});

test('of two bounds each walks from its end, and what both pass is certified', async (t) => {
  const options = async (prefer: 'permissive' | 'selective') => {
    const detector = new Detector(blobModel());
    const dial = await tuneDial(detector, { images: scenes('tuning', 60, { noise: 75 }), detect });
    const images = scenes('both', 300, { noise: 20, distractors: 1, distractorNoise: 75 });
    const bounds = {
      detection: { rate: 0.8, maxObjects: 2 },
      falseDetections: { most: 0, share: 0.6 },
    };
    return certifyDetector(detector, { images, dial, bounds, delta: 0.05, detect, prefer });
  };
  const permissive = (await options('permissive')).certificate;
  const selective = (await options('selective')).certificate;
  t.is(permissive.verdict, 'certified');
  const [first, last] = permissive.range ?? [0, 0];
  t.true(first > 0 && last > first);
  t.deepEqual(permissive.range, selective.range);
  t.true((permissive.setting?.threshold ?? 9) < (selective.setting?.threshold ?? 0));
  t.true((permissive.falseDetections?.over ?? 0) > (selective.falseDetections?.over ?? 0));
});

test('where nothing can be certified nothing looks certified', async (t) => {
  const attempt = (count: number, bounds: DetectionBounds, noise = 75) =>
    certifyDetector(new Detector(blobModel()), {
      images: scenes('refused', count, { noise, distractors: 1, distractorNoise: 0 }),
      bounds,
      delta: 0.05,
      detect,
    });
  const few = await attempt(5, detection);
  t.is(few.detector, null);
  t.is(few.certificate.verdict, 'exploratory');
  t.is(few.certificate.setting, null);
  t.is(few.certificate.range, null);
  t.is(few.certificate.detection?.lower, null);
  const needed = few.certificate.detection?.imagesNeeded ?? 0;
  t.true(needed > 29);
  t.is(
    few.certificate.reason,
    `too few certification images: 5, where even without a single mistake ${needed} are needed (bounds.detection)`,
  );
  const enough = await attempt(needed, detection, 0);
  t.is(enough.certificate.verdict, 'certified');
  const missed = await attempt(200, { detection: { rate: 0.97, maxObjects: 2 } });
  t.regex(missed.certificate.reason ?? '', /misses too many/);
  const alarms = await attempt(120, { falseDetections: { most: 0, share: 0.1 } });
  t.is(alarms.certificate.falseDetections?.over, 120);
  t.is(alarms.certificate.falseDetections?.upper, null);
  t.regex(alarms.certificate.reason ?? '', /too many false alarms/);
  const empty = await certifyDetector(new Detector(blobModel()), {
    images: scenes('empty', 60, { wanted: 0 }),
    bounds: detection,
    delta: 0.05,
    detect,
  });
  t.regex(empty.certificate.reason ?? '', /no certification image has a wanted object/);
});

test('without a limit of objects each image counts the same; with one, images with more don’t count', async (t) => {
  const images = scenes('limits', 60, { wanted: 2 });
  // One image with an object that isn't there, so that it is missed.
  const crowded = {
    image: images[0].image,
    boxes: [...images[0].boxes, { x: 0, y: 0, width: 3, height: 3 }],
  };
  const given = [crowded, ...images.slice(1)];
  const attempt = async (bound: object) => {
    const { certificate } = await certifyDetector(new Detector(blobModel()), {
      images: given,
      bounds: { detection: { rate: 0.9, ...bound } },
      delta: 0.05,
      detect,
    });
    const { maxObjects, beyond, n, objects, met } = certificate.detection ?? {};
    return [certificate.verdict, certificate.images, maxObjects, beyond, n, objects, met];
  };
  t.deepEqual(await attempt({}), ['certified', 60, null, 0, 60, 121, 120]);
  t.deepEqual(await attempt({ maxObjects: 2 }), ['certified', 60, 2, 1, 59, 118, 118]);
  t.deepEqual(await attempt({ maxObjects: 1 }), ['exploratory', 60, 1, 60, 0, 0, 0]);
});

test('images that certified nothing are used, also by another limit and in XML', async (t) => {
  const detector = new Detector(blobModel());
  const options = { images: scenes('refused once', 60, { wanted: 2 }), delta: 0.05, detect };
  const limited = (maxObjects: number) => ({ ...options, bounds: { detection: { rate: 0.9, maxObjects } } });
  t.is((await certifyDetector(detector, limited(1))).detector, null);
  for (const each of [detector, readCascade(detector.toXml())]) {
    await t.throwsAsync(certifyDetector(each, limited(2)), { instanceOf: UsedRows, message: /tested on/ });
  }
  // Two at a time have no image in common either.
  const other = new Detector(blobModel());
  const both = await Promise.allSettled([1, 2].map(() => certifyDetector(other, limited(2))));
  t.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('what can’t be read leaves the images before it fresh', async (t) => {
  const detector = new Detector(blobModel());
  const images = scenes('fresh', 60);
  const options = { bounds: detection, delta: 0.05, detect };
  const wrong = [...images.slice(0, 50), { image: images[50].image, boxes: 1 }];
  await t.throwsAsync(certifyDetector(detector, { ...options, images: wrong as typeof images }), {
    instanceOf: OptionError,
  });
  t.is((await certifyDetector(detector, { ...options, images })).certificate.verdict, 'certified');
});

test('images count once: in a set, for a dial, for a detector and those made of it', async (t) => {
  const detector = new Detector(blobModel());
  const images = scenes('once', 60);
  const options: CertifyDetectorOptions = {
    images: [...images, images[4]],
    bounds: detection,
    delta: 0.05,
    detect,
  };
  const { certificate, detector: served } = await certifyDetector(detector, options);
  t.is(certificate.copies, 1);
  t.is(certificate.images, 60);
  const fresh = scenes('never seen', 2);
  const used = await t.throwsAsync(
    certifyDetector(detector, { ...options, images: [...fresh, ...images.slice(7)] }),
    {
      instanceOf: UsedRows,
      message: /^53 of 55 rows \(rows 2, 3, 4 and 50 more\) are images/,
    },
  );
  t.is(used?.rows.length, 53);
  if (served) await t.throwsAsync(certifyDetector(served, options), { instanceOf: UsedRows });
  const again = await certifyDetector(detector, { ...options, repeats: true });
  t.is(again.certificate.images, 61);
  t.is(again.certificate.copies, undefined);
  const other = new Detector(blobModel());
  const dial = await tuneDial(other, { images, detect });
  await t.throwsAsync(certifyDetector(other, { ...options, dial }), { instanceOf: UsedRows });
  await t.throwsAsync(certifyDetector(other, options), { instanceOf: UsedRows }, 'also without the dial');
});

test('images come from generators too, and the seed decides what is drawn', async (t) => {
  const made = scenes('drawn', 60, { distractors: 4 });
  const of = (seed: number, images: CertifyDetectorOptions['images']) =>
    certifyDetector(new Detector(blobModel()), {
      images,
      bounds: { falsePositives: { rate: 0.5 } },
      delta: 0.05,
      detect,
      seed,
    });
  async function* later() {
    yield* made;
  }
  const [a, b, c] = [await of(1, made), await of(1, later), await of(1, later())];
  t.deepEqual(a.certificate, b.certificate);
  t.deepEqual(a.certificate, c.certificate);
  const others = await Promise.all([2, 3, 4, 5].map((seed) => of(seed, made)));
  t.true(
    others.some(
      ({ certificate }) => certificate.falsePositives?.wrong !== a.certificate.falsePositives?.wrong,
    ),
  );
});

test('what can’t be used is refused by name', async (t) => {
  const detector = new Detector(blobModel());
  const images = scenes('mistakes', 3);
  const refused = async (options: object, option: string, message?: RegExp) => {
    const given = { images, bounds: detection, delta: 0.05, detect, ...options };
    const error = await t.throwsAsync(certifyDetector(detector, given), { instanceOf: OptionError });
    t.is(error?.option, option);
    if (message) t.regex(error?.message ?? '', message);
  };
  await refused({ image: images }, 'image');
  await refused({ images: 3 }, 'images');
  await refused({ images: [3] }, 'images', /image 0/);
  await refused({ images: [{ image: images[0].image, boxes: 1 }] }, 'images', /image 0.*boxes/);
  const box = { x: 0, y: 0, width: 0, height: 2 };
  await refused(
    { images: [images[0], { image: images[1].image, boxes: [box] }] },
    'images',
    /image 1, box 0/,
  );
  await refused(
    { images: [{ image: { data: new Uint8Array(3), width: 2, height: 2 }, boxes: [] }] },
    'images',
    /image 0/,
  );
  await refused({ detect: { minNeighbors: -1 } }, 'minNeighbors');
  await refused({ prefer: 'both' }, 'prefer');
  await refused({ dial: { settings: [] } }, 'dial.settings');
  await refused({ seed: Number.NaN }, 'seed');
  await t.throwsAsync(certifyDetector(detector, { images: [], bounds: detection, delta: 0.05 }), {
    instanceOf: DataError,
  });
  await t.throwsAsync(tuneDial(detector, { images: scenes('none', 2, { wanted: 0 }), detect }), {
    instanceOf: DataError,
  });
  await t.throwsAsync(tuneDial(detector, { images, settings: 0 }), { instanceOf: OptionError });
});

test('an abort ends it, and the images stay unused', async (t) => {
  const detector = new Detector(blobModel());
  const images = scenes('aborted', 60);
  const controller = new AbortController();
  const reason = new Error('enough');
  const options = { images, bounds: detection, delta: 0.05, detect };
  const stopped = certifyDetector(detector, {
    ...options,
    signal: controller.signal,
    onProgress: ({ images: count }) => {
      if (count === 3) controller.abort(reason);
    },
  });
  t.is(await t.throwsAsync(stopped), reason);
  t.is((await certifyDetector(detector, options)).certificate.verdict, 'certified');
});

test('objects that a first stage misses don’t make a setting of it', async (t) => {
  const images = scenes('missed', 20, { wanted: 1, noise: 75 }).map(({ image, boxes: [blob] }, i) => {
    // Stripes have a deviation, and no bright middle.
    const box = { ...blob, x: blob.x === 2 ? 12 : 2 };
    for (let dy = 0; dy < SIDE; dy++) {
      for (let dx = 0; dx < SIDE; dx++) {
        image.data[(box.y + dy) * image.width + box.x + dx] = dx % 2 === 0 ? 100 : 180 + i;
      }
    }
    return { image, boxes: [blob, box] };
  });
  const { settings, digests } = await tuneDial(new Detector(blobModel()), { images, detect });
  t.is(digests?.length, 20);
  t.true(settings.length > 1);
  for (const { stages } of settings) t.is(stages, 2);
});

test('a dial has no setting more permissive than the detector that passes over 1 % of windows', async (t) => {
  // Of 234 windows of a scene one or two are blobs. The last stage alone tells these from distractors, ten of which are over 1 %.
  const of = async (distractors: number) => {
    const images = scenes('passing', 200, { wanted: 1, noise: 75, distractors, distractorNoise: 75 });
    return (await tuneDial(new Detector(blobModel()), { images, detect })).settings[0];
  };
  t.true((await of(0)).threshold < 2.9);
  t.is((await of(10)).threshold, 3);
});
