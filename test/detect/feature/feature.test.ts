import test from 'ava';
import fc from 'fast-check';
import { Detector, detectorFeature, type ImageInput, traceScan } from '../../../entries/detect.js';
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
const model = madeModel({
  kind: 'haar',
  seed: 4,
  nodes: 1,
  tilted: false,
  whole: true,
  width: 12,
  height: 10,
});
const detector = new Detector(model);
const patterns = new Detector(
  madeModel({ kind: 'lbp', seed: 9, nodes: 2, tilted: false, whole: true, width: 8, height: 8 }),
);
/** Versions in an order in which each is contained in the next one. */
const chains = [
  [],
  ['1'],
  ['1/2'],
  ['1/4', '2/2'],
  ['2/2', '2'],
  ['1/2', '3/2'],
  ['1/3', '1', '2'],
  ['3/4', '3/2'],
];

function valuesOf(fitted: FittedFeature<Frame>, view: RowView<Frame>): Float32Array {
  const block = fitted.compute(view);
  if (block instanceof Promise || block.kind !== 'dense') throw new TypeError('expected a dense block');
  return block.values;
}

test('the feature and its versions are those of every window run through all stages', async (t) => {
  const property = fc.asyncProperty(
    cascades,
    fc.array(greyImages(60, 4), { minLength: 1, maxLength: 2 }),
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
  await t.notThrowsAsync(() => fc.assert(property, { numRuns: atLength(15, 400) }));
});

test('by hand: a blob passes all, and more of its neighbours than nothing does', async (t) => {
  const blobs = new Detector(blobModel());
  const feature = detectorFeature(blobs, { image, minNeighbors: 0, maxSize: [6, 6] });
  const [there, nothing] = [...scenes('one', 1), ...scenes('none', 1, { wanted: 0 })];
  const rows: Frame[] = [there, nothing];
  const fitted = await fitOn(feature, rows);
  const values = valuesOf(fitted, RowView.of(rows));
  t.is(fitted.columns, 2 * 2 + 1 + 4 * 3);
  const { candidates } = blobs.detect(there.image, { minNeighbors: 0, maxSize: [6, 6] });
  const count = Math.fround(Math.sqrt(candidates.length));
  t.true(candidates.length > 0);
  // Both stages are passed. The last one's sum is 6, the largest that it can have.
  t.deepEqual([values[0], values[2], values[3], values[4]], [1, 1, count, 1]);
  // The band of the smallest windows: what passed, boxes, and one window each; then the other bands.
  t.deepEqual([...values.subarray(5, 17)], [count, count, 1, ...new Array<number>(9).fill(0)]);
  // Grey without a blob is flat, but for a corner.
  t.deepEqual([...values.subarray(17 + 2)], new Array<number>(15).fill(0));
});

test('with the windows that OpenCV visits, counts are those of traceScan', async (t) => {
  const search = { compat: 'opencv', scaleFactor: 1.3 } as const;
  const grey = noise(70, 50, 1);
  const rows: Frame[] = [{ image: grey }];
  const fitted = await fitOn(detectorFeature(patterns, { image, ...search }), rows);
  const [, after] = fitted.fidelities?.inSteps(['1']) ?? [];
  const expected = traceScan(patterns, grey, search).stages.map(({ passed }) =>
    Math.fround(Math.sqrt(passed)),
  );
  t.true(expected[0] > 0);
  for (const each of [fitted, after.fitted]) {
    t.deepEqual(
      [...valuesOf(each, RowView.of(rows))].slice(0, 6).filter((_, i) => i % 2 === 1),
      expected,
    );
  }
});

test('windows are visited again in bands of a high image', async (t) => {
  const made = madeModel({ kind: 'haar', nodes: 2, tilted: true, whole: true, width: 9, height: 7, seed: 3 });
  // Three integral images of 40,000 columns: seventeen rows at a time.
  const rows: Frame[] = [{ image: noise(40_000, 40, 5) }];
  const feature = detectorFeature(new Detector(made), { image, maxSize: [12, 12], scaleFactor: 1.2 });
  const fitted = await fitOn(feature, rows);
  const view = RowView.of(rows);
  const [first, second] = fitted.fidelities?.inSteps(['1']) ?? [];
  t.true(valuesOf(first.fitted, view)[1] > 100);
  t.deepEqual(valuesOf(second.fitted, view), valuesOf(fitted, view));
});

test('an image smaller than the window has zeros, in colours the values of grey', async (t) => {
  const grey = noise(40, 30, 3);
  const rgba = Uint8Array.from({ length: 4 * 40 * 30 }, (_, i) => (i % 4 === 3 ? 255 : grey.data[i >> 2]));
  const rows: Frame[] = [
    { image: noise(7, 40, 1) },
    { image: grey },
    { image: { data: rgba, width: 40, height: 30 } },
  ];
  const fitted = await fitOn(detectorFeature(patterns, { image }), rows);
  for (const each of [
    fitted,
    ...(fitted.fidelities?.inSteps(['1/2', '1']) ?? []).map((step) => step.fitted),
  ]) {
    const values = valuesOf(each, RowView.of(rows));
    const [small, one, other] = [0, 1, 2].map((i) => values.slice(i * each.columns, (i + 1) * each.columns));
    t.true(small.every((value) => value === 0));
    t.deepEqual(one, other);
    t.true(one.some((value) => value > 0));
  }
});

test('rows without an image are refused, and reported by themselves', async (t) => {
  const feature = detectorFeature(detector, { image });
  const wrong = [
    [undefined, /expected \{ data, width, height \}, got undefined/],
    [{ data: new Uint8Array(5), width: 2, height: 3 }, /expected 6 bytes \(grey\) or 24 \(RGBA\)/],
    [{ data: new Uint8Array(6), width: 0, height: 3 }, /option 'width'/],
  ] as const;
  const rows: Frame[] = [
    { image: noise(30, 30, 1) },
    ...wrong.map(([value]) => Object(Reflect.construct(Object, [{ image: value }]))),
  ];
  t.notThrows(() => feature.check?.(rows[0]));
  const fitted = await fitOn(feature, rows.slice(0, 1));
  for (const [i, [, message]] of wrong.entries()) {
    t.throws(() => feature.check?.(rows[i + 1]), { instanceOf: FeatureError, message });
    const error = t.throws(
      () => fitted.compute(RowView.of(rows.slice(0, i + 2).filter((_, r) => r % (i + 1) === 0))),
      {
        instanceOf: FeatureError,
        message,
      },
    );
    t.is(error?.row, 1);
  }
  const missing: number[] = [];
  for (const each of [fitted, ...(fitted.fidelities?.inSteps(['1']) ?? []).map((step) => step.fitted)]) {
    await each.compute(RowView.of(rows), { missing: (row) => missing.push(row) });
  }
  t.deepEqual(missing, [1, 2, 3, 1, 2, 3, 1, 2, 3]);
});

test('another detector is another feature, the same one in other memory is not', (t) => {
  const feature = detectorFeature(detector, { image });
  t.deepEqual(
    changesOf(detectorFeature(new Detector({ ...model, leaves: model.leaves.slice() }), { image }), feature),
    [],
  );
  const leaves = model.leaves.map((leaf, i) => (i === 3 ? leaf + 1 : leaf));
  t.regex(
    changesOf(detectorFeature(new Detector({ ...model, leaves }), { image }), feature)[0],
    /option 'detector'/,
  );
  t.deepEqual(changesOf(detectorFeature(detector, { image, scaleFactor: 1.2 }), feature), [
    "option 'scaleFactor' is 1.2 now, was 1.1",
  ]);
});

test('proposals follow from the images: a chain of cheaper and cheaper versions', async (t) => {
  const rows = Array.from({ length: 5 }, (_, i): Frame => ({ image: noise(90, 70, i) }));
  const { fidelities } = await fitOn(detectorFeature(patterns, { image }), rows);
  const [none, one, four] = [0, 1, 4].map((most) => fidelities?.propose(RowView.of(rows), most) ?? []);
  t.deepEqual(none, []);
  t.is(one.length, 1);
  t.true(four.length > 1 && four.length <= 4);
  t.is(four.at(-1), one[0]);
  t.is(fidelities?.inSteps(four).length, four.length + 1);
  t.deepEqual(fidelities?.propose(RowView.of([...rows].map((row) => ({ ...row }))), 4), four);
  // Images in which no window fits have no work.
  t.deepEqual(fidelities?.propose(RowView.of([{ image: noise(7, 9, 1) }]), 4), []);
});

test('options and names of versions are checked', async (t) => {
  const bad: [make: () => unknown, option: string, message: RegExp][] = [
    [() => Reflect.apply(detectorFeature, undefined, [model, { image }]), 'detector', /expected a Detector/],
    [
      () => Reflect.apply(detectorFeature, undefined, [detector, {}]),
      'image',
      /expected a function of a row/,
    ],
    [() => detectorFeature(detector, { image, scaleFactor: 1 }), 'scaleFactor', /above 1/],
    [() => Reflect.apply(detectorFeature, undefined, [detector, { image, signal: 1 }]), 'signal', /unknown/],
  ];
  const { fidelities } = await fitOn(detectorFeature(detector, { image }), []);
  for (const at of [
    ['0'],
    ['4'],
    ['1/1'],
    ['01'],
    ['3'],
    ['x'],
    ['1', '1'],
    ['2', '1'],
    ['1/2', '1/4'],
    ['1/4', '1/3'],
  ]) {
    bad.push([
      () => fidelities?.inSteps(at),
      'fidelities',
      /expected stages from 1 to 3|is not contained in/,
    ]);
  }
  for (const [make, option, message] of bad) {
    t.is(t.throws(make, { instanceOf: OptionError, message })?.option, option);
  }
});
