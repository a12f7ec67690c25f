import { join } from 'node:path';
import test from 'ava';
import { type BoxedImage, Detector, detectorFeature } from '../../../entries/detect.js';
import { fromRows } from '../../../entries/full.js';
import { Cascade, define, logisticRegression, tune } from '../../../index.js';
import { FREE } from '../../../lib/costs/index.js';
import { profileOf } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';
import { blobModel, SIDE, scene } from '../blobs.js';

const detector = new Detector(blobModel());
const featuresOf = (own: Detector) =>
  define({
    blobs: detectorFeature(own, {
      image: (row: BoxedImage) => row.image,
      minNeighbors: 0,
      maxSize: [SIDE, SIDE],
    }),
  });
const frames = Array.from({ length: 900 }, (_, i) =>
  scene(`frame ${i}`, { wanted: i % 5 === 0 ? 1 : 0, distractors: i % 3 === 0 ? 1 : 0, distractorNoise: 90 }),
);
/** A network: it knows what was drawn, and takes noise for nothing. */
const network = fromRows({
  name: 'network',
  labels: [false, true],
  score: (rows: readonly BoxedImage[]) => rows.map(({ boxes }) => (boxes.length > 0 ? [0, 1] : [1, 0])),
});
const profile = {
  ...profileOf({ blobs: 1_000, 'blobs@1': 50 }),
  full: { ...FREE, perRow: 20_000 },
};

test('a cascade of it and a version answers before a network, and is saved; another detector voids it', async (t) => {
  const cascade = await tune({
    features: featuresOf(detector),
    rows: frames,
    full: network,
    approximate: logisticRegression(),
    bound: { loss: 'disagreement', epsilon: 0.02 },
    profile,
    seed: 1,
  });
  t.is(cascade.certificate.verdict, 'certified');
  t.deepEqual(
    cascade.plan.stages.map(({ features }) => features),
    [['blobs@1'], ['blobs']],
  );
  const fresh = Array.from({ length: 300 }, (_, i) => scene(`new ${i}`, { wanted: i % 5 === 0 ? 1 : 0 }));
  const { labels, exits } = await cascade.predict(fresh);
  // The version answers frames in which nothing is bright, the feature those of a blob.
  const answered = [0, 1].map((stage) => exits.filter((exit) => exit === stage).length);
  t.true(answered[0] > 150 && answered[1] > 30, String(answered));
  const truth = fresh.map(({ boxes }) => boxes.length > 0);
  t.true(labels.filter((label, i) => label !== truth[i]).length <= 10);
  const path = join(await folderFor(t), 'frames.cascade');
  await cascade.save(path);
  const options = { full: network };
  const loaded = await Cascade.load(path, { ...options, features: featuresOf(new Detector(blobModel())) });
  t.deepEqual(loaded.plan.stages[0].features, ['blobs@1']);
  const again = await loaded.predict(fresh);
  t.deepEqual([again.labels, again.exits], [labels, exits]);
  const other = new Detector({ ...blobModel(), stageThresholds: Float32Array.of(1, 2) });
  const voided = await Cascade.load(path, { ...options, features: featuresOf(other) });
  t.is(voided.certificate.verdict, 'void');
  t.regex(String(voided.certificate.reason), /option 'detector'/);
});
