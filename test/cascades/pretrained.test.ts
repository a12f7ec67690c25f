import test from 'ava';
import { pretrained, type TrainedModel } from '../../entries/full.js';
import { ArtifactError, Cascade, define, dense, logisticRegression, OptionError, tune } from '../../index.js';
import { profileOf } from '../support/agreement.js';
import { folderFor } from '../support/files.js';

type Row = readonly [number, number];

/** The label is the sign of both numbers' sum; the first, which is cheap, says most of it. */
const rows = Array.from({ length: 1_500 }, (_, i): Row => [3 * Math.sin(i * 12.9), Math.cos(i * 7.7)]);
const features = define({
  noise: dense(1, (all: readonly Row[]) => Float32Array.from(all, ([a]) => Math.sin(1e4 * a))),
  first: dense(1, (all: readonly Row[]) => Float32Array.from(all, ([a]) => a)),
  both: dense(1, (all: readonly Row[]) => Float32Array.from(all, ([a, b]) => a + b)),
});

function sharp(reads: string, steepness: number, more: object = {}): TrainedModel<'no' | 'yes'> {
  return {
    name: `sharp-${reads}`,
    labels: ['no', 'yes'],
    classes: 2,
    reads: [reads],
    fingerprint: 'v1',
    score(blocks, out) {
      const [{ values }] = blocks;
      if (blocks.length !== 1) throw new RangeError('other blocks than its own');
      values.forEach((x, row) => {
        const yes = 1 / (1 + Math.exp(-steepness * x));
        out.set([1 - yes, yes], 2 * row);
      });
    },
    ...more,
  };
}

const full = sharp('both', 30);
const bound = { epsilon: 0.05 } as const;
const profile = profileOf({ noise: 1, first: 1, both: 100 }, ['sharp-first', 'logistic-regression']);

test('a trained model serves as a stage, on its own blocks wherever they are', async (t) => {
  const approximate = pretrained(sharp('first', 3));
  const cascade = await tune({ features, rows, full, approximate, bound, profile, seed: 1 });
  const { stages } = cascade.plan;
  t.true(stages.length > 0);
  t.true(stages.every((stage) => stage.learner === 'sharp-first' && stage.features.includes('first')));
  const { labels, exits } = await cascade.predict(rows);
  t.true(exits.includes(0));
  const whole = await cascade.full.predict(rows);
  t.true(labels.filter((label, row) => label !== whole.labels[row]).length <= 0.05 * rows.length);

  const path = `${await folderFor(t)}/pretrained.cascade`;
  await cascade.save(path);
  const loaded = await Cascade.load(path, { features, full, learners: [approximate] });
  t.deepEqual((await loaded.predict(rows)).labels, labels);
  const other = pretrained(sharp('first', 3, { fingerprint: 'v2' }));
  const refused = Cascade.load(path, { features, full, learners: [other] });
  t.is((await t.throwsAsync(refused, { instanceOf: ArtifactError }))?.reason, 'mismatch');
});

test('beside learners it is tried only where what it reads is there', async (t) => {
  const approximate = [pretrained(sharp('first', 3)), logisticRegression()];
  const cascade = await tune({ features, rows, full, approximate, bound, profile, seed: 1 });
  t.true(
    cascade.plan.stages.every(
      ({ features: read, learner }) => learner !== 'sharp-first' || read.includes('first'),
    ),
  );
});

test('a model of other labels, or of features that there aren’t, is refused', async (t) => {
  const turned = pretrained(sharp('first', 3, { labels: ['yes', 'no'] }));
  const lost = pretrained(sharp('frist', 3));
  for (const [approximate, message] of [
    [turned, /predicts "yes", "no", and the full model "no", "yes"/],
    [lost, /reads 'frist'/],
  ] as const) {
    const error = await t.throwsAsync(tune({ features, rows, full, approximate, bound }), {
      instanceOf: OptionError,
    });
    t.is(error?.option, 'approximate');
    t.regex(error?.message ?? '', message);
  }
  const { reads: _, ...silent } = sharp('first', 3);
  t.throws(() => pretrained(silent), { instanceOf: OptionError, message: /names what it reads/ });
});
