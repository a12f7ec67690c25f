import test from 'ava';
import { OptionError } from '../../../../lib/errors.js';
import { RowView } from '../../../../lib/features/define/index.js';
import { embedding, tokens } from '../../../../lib/features/embedding/index.js';
import { fitOn } from '../../../support/features.js';
import { layered } from './encoders.js';
import { fakePipeline } from './fakePipeline.js';
import { each, fidelitiesOf, options, valuesOf } from './steps.js';

const { text } = options;

test('texts in steps: tokens are made once, cut ones keep their end, and the last step is the feature', async (t) => {
  const { pipeline, batches, tokenized } = fakePipeline();
  const { fidelities, alone } = await fidelitiesOf(embedding(pipeline, options));
  const rows = ['abcdefgh', 'b', 'abcxyz', 'b', '', 'half \ud83d'];
  const expected = await valuesOf(alone, RowView.of(rows));
  const whole = batches.splice(0);
  tokenized.length = 0;
  const view = RowView.of([...rows]);
  const steps = fidelities.inSteps(['4t', '5t']);
  t.deepEqual(await valuesOf(steps[2].fitted, view), expected);
  t.deepEqual(batches.splice(0), whole, 'the very calls that it makes alone');
  await valuesOf(steps[0].fitted, view);
  // Texts that are equal up to there are encoded once.
  t.deepEqual(batches.splice(0), [
    {
      ids: [
        [101, 97, 98, 102],
        [101, 104, 97, 102],
        [101, 98, 102, 0],
        [101, 102, 0, 0],
      ],
      mask: [
        [1, 1, 1, 1],
        [1, 1, 1, 1],
        [1, 1, 1, 0],
        [1, 1, 0, 0],
      ],
    },
  ]);
  await valuesOf(steps[1].fitted, view);
  t.is(tokenized.length, rows.length);
  t.deepEqual(
    steps.map(({ reads }) => reads.map(({ name }) => name)),
    [['tokens'], ['tokens'], ['tokens']],
  );
  t.is(steps[0].reads[0], steps[2].reads[0]);
});

test('shared tokens in steps: the same values, and a limit still holds', async (t) => {
  const { pipeline } = fakePipeline();
  const shared = tokens<string>(pipeline, { text });
  const view = RowView.of(['abcdefgh', 'xy']);
  const of = async (more: object) =>
    valuesOf(await fitOn(embedding(pipeline, { tokens: shared, dimensions: 3, ...more }), []), view);
  const { fidelities } = await fidelitiesOf(embedding(pipeline, { tokens: shared, limit: 6, dimensions: 3 }));
  const steps = fidelities.inSteps(['3t', '9t']);
  t.deepEqual(await each(steps, view), [
    await of({ limit: 3 }),
    await of({ limit: 6 }),
    await of({ limit: 6 }),
  ]);
  t.deepEqual(steps[0].reads, [shared]);
});

test('names that are none, and steps that aren’t within each other: errors that say so', async (t) => {
  const { fidelities: inTokens } = await fidelitiesOf(embedding(fakePipeline().pipeline, options));
  const { fidelities: inLayers } = await fidelitiesOf(embedding(layered([]), options));
  const refused = (of: typeof inTokens, at: readonly string[], message: RegExp) =>
    t.throws(() => of.inSteps(at), { instanceOf: OptionError, message });
  for (const name of ['', '32', '0t', '032t', '1l', '2l32t', 't', '-1t', '32t ', '1e3t'])
    refused(inTokens, [name], /^option 'fidelities': expected names such as '32t' for 32 tokens, got/);
  for (const name of ['', '32t', '6l', '0l', '2l0', '256l2', 'constructor'])
    refused(
      inLayers,
      [name],
      /expected names such as '1l' to '5l' for first layers, '256' for 256 characters, or both/,
    );
  refused(inTokens, ['32t', '16t'], /'32t' reads something that '16t' doesn't/);
  refused(inTokens, ['16t', '16t'], /'16t' reads something/);
  refused(inLayers, ['2l100', '1l200'], /'2l100' reads something that '1l200' doesn't/);
  refused(inLayers, ['2l', '3l100'], /'2l' reads something/);
  t.is(inLayers.inSteps(['1l100', '100', '200']).length, 4);
});

test('outside of steps the feature is as it always was', async (t) => {
  const feature = embedding(fakePipeline().pipeline, { ...options, cache: false });
  const fitted = await feature.fit(RowView.of([]));
  const [only, ...others] = fitted.fidelities?.inSteps([]) ?? [];
  t.is(only.fitted, fitted);
  t.deepEqual([only.reads, others.length], [[], 0]);
});
