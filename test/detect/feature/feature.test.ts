import test from 'ava';
import fc from 'fast-check';
import type { GreyImage } from '../../../detect/image/index.js';
import { Detector, detectorFeature, type ImageInput, traceScan } from '../../../entries/detect.js';
import type { DenseBlock } from '../../../lib/data/blocks/index.js';
import { FeatureError, OptionError } from '../../../lib/errors.js';
import { changesOf, type FittedFeature, RowView } from '../../../lib/features/define/index.js';
import { atLength } from '../../support/atLength.js';
import { fitOn } from '../../support/features.js';
import { blobModel, scenes } from '../blobs.js';
import { greyImages, noise } from '../image/images.js';
import { cascades, madeModel } from '../models.js';
import { columnsOf } from './reference.js';

interface Frame {
  readonly image: ImageInput;
}

const image = (frame: Frame) => frame.image;
const model = madeModel({ kind: 'haar', seed: 4, nodes: 1, tilted: false, whole: true, width: 12, height: 10 });
const detector = new Detector(model);
/** Versions in an order in which each is contained in the next one. */
const chains = [[], ['1'], ['1/2'], ['1/4', '2/2'], ['2/2', '2'], ['1/2', '3/2'], ['1/3', '1', '2'], ['3/4', '3/2']];

function valuesOf(fitted: FittedFeature<Frame>, view: RowView<Frame>): Float32Array {
  const block = fitted.compute(view);
  if (block instanceof Promise || block.kind !== 'dense') throw new TypeError('expected a dense block');
  return block.values;
}

test('the feature and its versions are those of every window run through all stages', async (t) => {
  const property = fc.asyncProperty(
    cascades,
    fc.array(greyImages(60, 4), { minLength: 1, maxLength: 3 }),
    fc.constantFrom(1.1, 1.3, 2),
    fc.constantFrom('auto' as const, 'plain' as const),
    fc.constantFrom(...chains),
    async (made, images, scaleFactor, kernel, at) => {
      const search = { scaleFactor, minNeighbors: 1 };
      const feature = detectorFeature(new Detector(made, { kernel }), { image, ...search });
      const rows = images.map((each): Frame => ({ image: each }));
      const fitted = await fitOn(feature, rows);
      const view = RowView.of(rows);
      const expected = (version: { readonly stages: number; readonly every: number }) =>
        images.flatMap((each) => columnsOf(made, each, search, version));
      t.deepEqual([...valuesOf(fitted, view)], expected({ stages: 3, every: 1 }));
      const steps = fitted.fidelities?.inSteps(at) ?? [];
      t.is(steps.length, at.length + 1);
      for (const [i, step] of steps.entries()) {
        const [first, every = 1] = i < at.length ? at[i].split('/').map(Number) : [3];
        // The last row at first, so that the others are computed later.
        const last = view.select(Int32Array.of(rows.length - 1));
        const values = valuesOf(step.fitted, view);
        t.deepEqual([...values], expected({ stages: first, every }), at[i]);
        t.deepEqual(valuesOf(step.fitted, last), values.slice(-fitted.columns));
        t.is(step.fitted.columns, fitted.columns);
      }
    },
  );
  await t.notThrowsAsync(() => fc.assert(property, { numRuns: atLength(40, 400) }));
});
