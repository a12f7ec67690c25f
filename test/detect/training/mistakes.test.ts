import test, { type ExecutionContext } from 'ava';
import { type TrainingOptions, trainDetector } from '../../../detect/index.js';
import { ArtifactError, OptionError } from '../../../lib/errors.js';
import { backgrounds, crosses, noise, options, SIDE } from './scenes.js';

async function refused(
  t: ExecutionContext,
  more: Partial<Record<keyof TrainingOptions, unknown>>,
  option: string,
  message: RegExp,
): Promise<void> {
  // Wrong on purpose.
  const wrong = { ...options, ...more } as TrainingOptions;
  const error = await t.throwsAsync(trainDetector(wrong), { instanceOf: OptionError });
  t.is(error?.option, option);
  t.regex(error?.message ?? '', message);
}

test('numbers out of range, NaN among them, are refused by name', async (t) => {
  for (const [option, value] of [
    ['stages', 0],
    ['stages', Number.NaN],
    ['hitRate', Number.NaN],
    ['hitRate', 0],
    ['hitRate', 1.01],
    ['falseAlarmRate', Number.NaN],
    ['maxWeak', 0.5],
    ['features', 0],
    ['features', Number.NaN],
    ['depth', 3],
    ['negativesPerStage', -1],
    ['validationNegatives', Number.NaN],
    ['falsePositiveRate', 2],
    ['maxWindows', Number.NaN],
    ['scaleFactor', Number.NaN],
    ['scaleFactor', 1],
    ['validation', Number.NaN],
    ['validation', 1],
    ['window', [2, 24]],
    ['window', 24],
    ['kind', 'hog'],
    ['haar', 'all'],
    ['seed', Number.NaN],
    ['signal', 5],
    ['onProgress', 5],
    ['positives', 5],
    ['negatives', 5],
    ['resume', 5],
    ['validation', { positives: 5, negatives: [] }],
    ['test', 5],
  ] as const) {
    const name = option === 'validation' && typeof value === 'object' ? 'validation.positives' : option;
    await refused(t, { [option]: value }, name, /expected/);
  }
  const misspelt: object = { featurs: 5 };
  await refused(t, misspelt, 'featurs', /features/);
});

test('positives of mixed sizes: the first that differs is named', async (t) => {
  const positives = [...crosses('some', 3), noise('another', SIDE + 1, SIDE), ...crosses('more', 3)];
  await refused(t, { positives }, 'positives', /image 3: expected crops of 12 x 12 pixels, got 13 x 12/);
  await refused(t, { window: [10, 10] }, 'positives', /image 0: expected crops of 10 x 10/);
});

test('no positives, none for validation, none that is not flat', async (t) => {
  await refused(t, { positives: [] }, 'positives', /got none/);
  await refused(t, { positives: crosses('one', 1) }, 'validation', /got none/);
  const flat = { data: new Uint8Array(SIDE * SIDE).fill(9), width: SIDE, height: SIDE };
  await refused(t, { positives: [flat, flat, flat, flat, flat] }, 'positives', /flat/);
});

test('a wrong stride or length is named with its image', async (t) => {
  const [image] = crosses('some', 1);
  const positives = [...crosses('some', 3), { ...image, stride: 5 }];
  await refused(t, { positives }, 'positives', /image 3: option 'stride'/);
  const negatives = [{ ...backgrounds('some', 1)[0], data: new Uint8Array(7) }];
  await refused(t, { negatives, validation: 0.01 }, 'negatives', /image 0: option 'data'/);
  const [right, ...wrong] = backgrounds('boxed', 40);
  const boxed = [right, ...wrong.map((image) => ({ image, boxes: [] }))];
  await refused(
    t,
    { negatives: boxed },
    'negatives',
    /image 1: .*expected .* got \{ image, … \}; pass its \.image/,
  );
});

test('boxes outside their image, or of no window', async (t) => {
  const [image] = backgrounds('some', 1);
  const boxed = (box: object) => [{ image, boxes: [{ x: 0, y: 0, width: 9, height: 9 }, box] }];
  for (const box of [
    { x: 40, y: 0, width: 9, height: 9 },
    { x: -1, y: 0, width: 9, height: 9 },
    { x: 0.5, y: 0, width: 9, height: 9 },
    { x: 0, y: 0, width: Number.NaN, height: 9 },
    { x: 0, y: 0, width: 0, height: 9 },
  ]) {
    await refused(t, { positives: boxed(box), window: [SIDE, SIDE] }, 'positives', /image 0, box 1/);
  }
  await refused(t, { positives: boxed({}) }, 'window', /images with boxes/);
});

test('negatives that can be read only once are refused', async (t) => {
  const once = (function* () {
    yield* backgrounds('some', 3);
  })();
  await refused(t, { negatives: once }, 'negatives', /only once/);
  await refused(t, { negatives: () => backgrounds('some', 3) }, 'validation', /function/);
});

test('copies out of range, and images that would judge what they trained', async (t) => {
  for (const [augment, option] of [
    [5, 'augment'],
    [{ turn: 5 }, 'augment.turn'],
    [{ mirror: 1 }, 'augment.mirror'],
    [{ copies: 0 }, 'augment.copies'],
    [{ jitter: 5 }, 'augment.jitter'],
    [{ jitter: { shift: Number.NaN } }, 'augment.jitter.shift'],
    [{ jitter: { scale: 0.6 } }, 'augment.jitter.scale'],
    [{ jitter: { rotate: -1 } }, 'augment.jitter.rotate'],
  ] as const) {
    await refused(t, { augment }, option, /expected|unknown/);
  }
  const [mine] = options.positives;
  await refused(t, { test: [...crosses('test', 2), mine] }, 'test', /image 2 is used in training/);
  const validation = { positives: [mine], negatives: backgrounds('validation', 3) };
  await refused(t, { validation }, 'validation.positives', /image 0 is used in training/);
});

test('no negatives that a window fits into: no detector', async (t) => {
  await refused(t, { negatives: [] }, 'negatives', /no stage could be trained/);
  await refused(t, { negatives: backgrounds('some', 9, SIDE - 1) }, 'negatives', /no stage could be trained/);
});

test('more features than memory has room for: how many may be drawn', async (t) => {
  const more = { features: undefined, negativesPerStage: 1e6, positives: crosses('some', 20) };
  await refused(t, { ...more, window: [SIDE, SIDE] }, 'features', /draw \d+ or fewer/);
});

test('negatives exhausted: training ends with what it has, says so, and goes on with more', async (t) => {
  const few = { ...options, negatives: backgrounds('training', 10), stages: 20 };
  const { reason, message, table, state, detector } = await trainDetector(few);
  t.is(reason, 'exhausted');
  t.regex(message, /false positives/);
  t.true(table.length >= 1 && table.length < 20);
  const stages = detector.model.stageThresholds.length;
  const on = await trainDetector({ ...few, negatives: backgrounds('training', 60), resume: state });
  t.true(on.table.length > table.length);
  t.deepEqual(on.detector.model.stageThresholds.subarray(0, stages), detector.model.stageThresholds);
});

test('maxWindows, and the rate that was wanted', async (t) => {
  const { reason, message } = await trainDetector({ ...options, falsePositiveRate: 0.5 });
  t.is(reason, 'rate');
  // Both are per image: their ratio is that of the counts.
  const counts = message.match(/^(\d+) of (\d+) windows pass.* has (\d+) windows here, and ([\d.]+) of them/);
  const [passed, visited, windows, left] = (counts ?? []).slice(1).map(Number);
  t.true(Math.abs(left / windows - passed / visited) < 0.01, message);
  t.true(visited > windows && visited % windows === 0, message);
  const validation = { positives: crosses('validation', 20), negatives: backgrounds('validation', 40) };
  t.is((await trainDetector({ ...options, stages: 20, validation, maxWindows: 5_000 })).reason, 'windows');
});

test('a state of other options, or a damaged one, is not resumed', async (t) => {
  const { state } = await trainDetector({ ...options, stages: 1 });
  await refused(t, { resume: state, depth: 2 }, 'resume', /other options/);
  await refused(t, { resume: { ...state, perImage: [1] } }, 'resume', /perImage/);
  await refused(t, { resume: { ...state, used: ['1'] } }, 'resume', /used/);
  await refused(t, { resume: { ...state, chosen: undefined } }, 'resume', /chosen/);
  await refused(t, { resume: { ...state, version: 1 } }, 'resume', /this release/);
  const model = { ...state.model, feature: state.model.feature.map(() => 99) };
  await t.throwsAsync(trainDetector({ ...options, resume: { ...state, model } }), {
    instanceOf: ArtifactError,
  });
});
