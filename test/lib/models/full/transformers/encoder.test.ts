import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { transformersEncoder } from '../../../../../entries/full.js';
import { ArtifactError, embedding, FeatureError, OptionError } from '../../../../../index.js';
import { RowView } from '../../../../../lib/features/define/index.js';
import { folderFor } from '../../../../support/files.js';
import {
  isMiniLMHere,
  MINILM,
  miniLM,
  type RealPipeline,
  WITHOUT_MINILM,
} from '../../../../support/minilm.js';

/** The encoder's layers on the real one. */

const test = anyTest as TestFn<{ encoder: Awaited<ReturnType<typeof transformersEncoder>> }>;
const live = isMiniLMHere ? test : test.skip;
const session = { intraOpNumThreads: 1 };

test.before(async (t) => {
  if (isMiniLMHere) t.context.encoder = await transformersEncoder(MINILM ?? '', { session });
});
test.after.always(async (t) => t.context.encoder?.close());

const options = { text: (row: string) => row, dimensions: 384, cache: false } as const;
const ROWS = ['That is a happy person', '', 'Today is a sunny day, '.repeat(9), 'one', 'half \ud83d'];

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (value, i) => Math.abs(value - b[i])).reduce((most, each) => Math.max(most, each), 0);

async function valuesOf(fitted: { compute(view: RowView<string>): unknown }, rows: readonly string[]) {
  return ((await fitted.compute(RowView.of(rows))) as { values: Float32Array }).values;
}

live(
  `all layers are the pipeline’s, bit for bit, and two of six those of a model of two ${WITHOUT_MINILM}`,
  async (t) => {
    const { encoder } = t.context;
    t.is(encoder.layers, 6);
    const alone = async (pipeline: RealPipeline) => {
      const values = await valuesOf(await embedding(pipeline, options).fit(RowView.of([])), ROWS);
      await pipeline.dispose();
      return values;
    };
    const fitted = await embedding(encoder, options).fit(RowView.of([]));
    const [first, half, second, whole] = fitted.fidelities?.inSteps(['1l4t', '2l16t', '2l']) ?? [];
    t.deepEqual(await valuesOf(whole.fitted, ROWS), await alone(await miniLM()));
    const two = await valuesOf(second.fitted, ROWS);
    t.true(largest(two, await alone(await miniLM('feature-extraction', `${MINILM}2`))) < 1e-5);
    t.true(largest(two, await valuesOf(fitted, ROWS)) > 0.1);
    // Short texts are whole in both.
    const short = [ROWS[0], ROWS[3]];
    t.true(largest(await valuesOf(half.fitted, short), await valuesOf(second.fitted, short)) < 1e-5);
    t.is((await valuesOf(first.fitted, ROWS)).length, ROWS.length * 384);
  },
);
