import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import anyTest, { type TestFn } from 'ava';
import { transformersEncoder } from '../../../../../entries/full.js';
import { ArtifactError, embedding, OptionError } from '../../../../../index.js';
import { type FittedFeature, RowView } from '../../../../../lib/features/define/index.js';
import { folderFor } from '../../../../support/files.js';
import {
  isMiniLMHere,
  MINILM,
  miniLM,
  type RealPipeline,
  WITHOUT_MINILM,
} from '../../../../support/minilm.js';
import { valuesOf as denseOf } from '../../../features/embedding/steps.js';
import { listed, modelOf, POST, WEIGHTS } from '../../onnxFile/madeGraphs.js';
import { writeTiny } from './tinyModel.js';

/** The encoder on a module that only notes what it is to open, and its layers on the real one. */

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

const valuesOf = (fitted: FittedFeature<string>, rows: readonly string[]) =>
  denseOf(fitted, RowView.of(rows));

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

/** What is used of transformers.js: it remembers what was opened and is disposed of. */
function noting() {
  const opened: { path: string; options: object; files: string[]; last: string | undefined }[] = [];
  const disposed: number[] = [];
  const pipeline = async (task: string, path: string, options: object) => {
    const { nodes } = listed(await readFile(join(path, 'onnx', 'model.onnx')));
    const id = opened.push({ path, options, files: (await readdir(path)).sort(), last: nodes.at(-1) });
    const model = Object.assign(async () => {}, { dispose: async () => void disposed.push(id) });
    return { task, tokenizer: { id }, model };
  };
  return { transformers: { pipeline }, opened, disposed };
}

async function folderOf(t: Parameters<typeof folderFor>[0], model: Uint8Array): Promise<string> {
  const folder = await folderFor(t);
  await writeTiny(folder);
  await writeFile(join(folder, 'onnx', 'model.onnx'), model);
  return folder;
}

const inputs = ['input_ids', 'attention_mask', 'token_type_ids'];
const graph = modelOf({ nodes: POST, constants: WEIGHTS, inputs });

test('first layers are opened once, from a folder that is gone then, and all are disposed of', async (t) => {
  const folder = await folderOf(t, graph);
  const { transformers, opened, disposed } = noting();
  const encoder = await transformersEncoder(folder, { transformers, session });
  t.deepEqual([encoder.task, encoder.layers, opened.length], ['feature-extraction', 3, 1]);
  t.is(opened[0].path, folder);
  const [two, same, one] = await Promise.all([encoder.upTo(2), encoder.upTo(2), encoder.upTo(1)]);
  t.is(two, same);
  t.not(two.model, one.model);
  const cuts = opened.slice(1).sort((a, b) => String(a.last).localeCompare(String(b.last)));
  t.deepEqual(
    cuts.map(({ last }) => last),
    ['Cast layer0 -> last_hidden_state', 'Cast layer1 -> last_hidden_state'],
  );
  for (const { path, files, options } of cuts) {
    t.deepEqual(files, ['config.json', 'onnx', 'tokenizer.json', 'tokenizer_config.json']);
    t.deepEqual(options, opened[0].options);
    await t.throwsAsync(readdir(path), { code: 'ENOENT' });
  }
  await encoder.close();
  await encoder.close();
  t.deepEqual(disposed.sort(), [1, 2, 3]);
  t.throws(() => encoder.upTo(1), { message: 'the encoder was closed' });
});

test('a model without layers, a damaged one, and options that are none are refused', async (t) => {
  const { transformers, opened } = noting();
  const refused = async (
    folder: string,
    more: object,
    message: RegExp,
    instanceOf: typeof OptionError | typeof ArtifactError,
  ) => t.throwsAsync(transformersEncoder(folder, { transformers, ...more }), { instanceOf, message });
  const bag = await folderFor(t);
  await writeTiny(bag);
  await refused(bag, {}, /no layers were found.*Take the pipeline itself/, ArtifactError);
  await refused(await folderOf(t, graph.slice(0, 999)), {}, /isn't whole/, ArtifactError);
  await refused(
    await folderOf(t, graph),
    { dtype: 'q8' },
    /no weights onnx\/model_quantized\.onnx/,
    ArtifactError,
  );
  await refused(
    join(bag, 'nowhere'),
    {},
    /there is no folder.*pipeline\('feature-extraction'/,
    ArtifactError,
  );
  await refused(bag, { limit: 3 }, /^option 'limit'/, OptionError);
  await refused(bag, { device: '' }, /^option 'device'/, OptionError);
  await t.throwsAsync(Reflect.apply(transformersEncoder, undefined, [3, { transformers }]), {
    instanceOf: OptionError,
    message: /^option 'folder'/,
  });
  t.is(opened.length, 0);
});

live(
  `texts that first layers have read whole go on from there, and are the same ${WITHOUT_MINILM}`,
  async (t) => {
    const { encoder } = t.context;
    const after: number[] = [];
    const counted = {
      ...encoder,
      upTo: encoder.upTo,
      after: (layer: number) => {
        after.push(layer);
        return encoder.after?.(layer) ?? encoder;
      },
    };
    const feature = embedding(counted, { ...options, limit: 16 });
    const fitted = await feature.fit(RowView.of([]));
    const alone = await valuesOf(fitted, ROWS);
    const [look, whole] = fitted.fidelities?.inSteps(['2l8t']) ?? [];
    const view = RowView.of([...ROWS]);
    const at = (step: typeof look) => denseOf(step.fitted, view);
    t.true(largest(await at(whole), alone) === 0, 'nothing was read before');
    t.deepEqual(after, []);
    await at(look);
    t.true(largest(await at(whole), alone) < 1e-5);
    t.deepEqual(after, [2], 'opened once');
    t.true(largest(await at(whole), alone) === 0, 'once');
    t.is(feature.counts.texts, 4 * new Set(ROWS).size);
  },
);
