import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import test from 'ava';
import { onnxMlp } from '../../../../../bench/peers/onnxMlp.js';
import { onnxModel, pretrained } from '../../../../../entries/full.js';
import { ArtifactError, define, dense, OptionError, tune } from '../../../../../index.js';
import { FREE } from '../../../../../lib/costs/index.js';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import { random } from '../../../../../lib/stats/index.js';
import { profileOf } from '../../../../support/agreement.js';
import { folderFor } from '../../../../support/files.js';
import { linearInt8 } from './int8.js';

/** The adapter on ONNX Runtime itself, where it is installed. */

const WIDTHS = [6, 16, 3];
const classes = ['a', 'b', 'c'] as const;
const file = onnxMlp(WIDTHS, 1);

function isInstalled(): boolean {
  try {
    return typeof createRequire(import.meta.url)('onnxruntime-node') === 'object';
  } catch {
    return false;
  }
}

const live = isInstalled() ? test : test.skip;
const left = '(left out without onnxruntime-node)';

function blockOf(rows: number, seed: number) {
  const drawn = random(seed);
  return denseBlock(
    rows,
    WIDTHS[0],
    Float32Array.from({ length: rows * WIDTHS[0] }, () => drawn.normal()),
  );
}

live(`a row’s scores are the same alone, in a batch, and gathered from many callers ${left}`, async (t) => {
  const model = await onnxModel(file, { classes, session: { intraOpNumThreads: 1 } });
  const gathered = await onnxModel(file, {
    classes,
    batching: { maxRows: 16 },
    session: { intraOpNumThreads: 1 },
  });
  const block = blockOf(50, 1);
  const whole = new Float64Array(150);
  await model.score([block], whole);
  await Promise.all(
    Array.from({ length: 50 }, async (_, row) => {
      const alone = denseBlock(1, 6, block.values.slice(row * 6, (row + 1) * 6));
      const scores = new Float64Array(3);
      await gathered.score([alone], scores);
      scores.forEach((score, c) => {
        t.true(Math.abs(score - whole[row * 3 + c]) < 1e-6);
      });
    }),
  );
  for (let row = 0; row < 50; row++) {
    const sum = whole[3 * row] + whole[3 * row + 1] + whole[3 * row + 2];
    t.true(Math.abs(sum - 1) < 1e-6);
  }
  await Promise.all([model.close(), gathered.close()]);
});

live(`a file and its bytes are the same model ${left}`, async (t) => {
  const path = `${await folderFor(t)}/mlp.onnx`;
  await writeFile(path, file);
  const [fromPath, fromBytes] = [await onnxModel(path, { classes }), await onnxModel(file, { classes })];
  t.is(fromPath.fingerprint, fromBytes.fingerprint);
  const scores = [new Float64Array(9), new Float64Array(9)];
  await fromPath.score([blockOf(3, 2)], scores[0]);
  await fromBytes.score([blockOf(3, 2)], scores[1]);
  t.deepEqual(scores[0], scores[1]);
});

live(`what is no model, and a provider that isn’t there, are refused ${left}`, async (t) => {
  const foreign = onnxModel(Uint8Array.of(1, 2, 3), { classes });
  t.is((await t.throwsAsync(foreign, { instanceOf: ArtifactError }))?.reason, 'foreign');
  const torn = onnxModel(file.subarray(0, file.length / 2), { classes });
  t.is((await t.throwsAsync(torn, { instanceOf: ArtifactError }))?.reason, 'foreign');
  const provider = onnxModel(file, { classes, providers: ['none-such'] });
  t.is((await t.throwsAsync(provider, { instanceOf: OptionError }))?.option, 'providers');
  const wide = onnxModel(file, { classes: ['a', 'b'] });
  t.is((await t.throwsAsync(wide, { instanceOf: OptionError }))?.option, 'classes');
});

live(`a model in eight bits answers nearly as its weights say, and serves as a stage ${left}`, async (t) => {
  const rows = Array.from({ length: 900 }, (_, i) => [Math.sin(i * 1.7), Math.cos(i * 2.9)]);
  const weights = [2, -2, 0.5, 1];
  const features = define({
    both: dense(2, (all: readonly number[][]) => Float32Array.from(all.flat())),
  });
  const block = denseBlock(rows.length, 2, Float32Array.from(rows.flat()));
  const small = await onnxModel(linearInt8(2, 2, weights), {
    name: 'int8',
    classes: ['a', 'b'],
    inputs: 'both',
    // ONNX Runtime takes the scale of its bytes over the batch.
    tolerance: 0.02,
  });
  const scores = new Float64Array(2 * rows.length);
  await small.score([block], scores);
  const exact = rows.map(([x, y]) => 1 / (1 + Math.exp(4 * x - 0.5 * y)));
  const off = exact.map((second, row) => Math.abs(second - scores[2 * row + 1]));
  // Bytes are coarse: in single precision the scores would be exact.
  t.true(Math.max(...off) < 0.02);
  t.true(off.filter((each) => each > 1e-6).length > rows.length / 2);

  let requested = 0;
  const cascade = await tune({
    features,
    rows,
    full: {
      name: 'exact',
      labels: ['a', 'b'],
      classes: 2,
      reads: ['both'],
      score([{ rows: count, values }], out) {
        requested += count;
        for (let row = 0; row < count; row++) {
          const second = 1 / (1 + Math.exp(4 * values[2 * row] - 0.5 * values[2 * row + 1]));
          out.set([1 - second, second], 2 * row);
        }
      },
    },
    approximate: pretrained(small),
    // The full model is what costs.
    profile: { ...profileOf({ both: 1 }, ['int8']), full: { ...FREE, perRow: 1_000 } },
    bound: { epsilon: 0.05 },
    seed: 1,
  });
  t.deepEqual(
    cascade.plan.stages.map(({ learner }) => learner),
    ['int8'],
  );
  requested = 0;
  await cascade.predict(rows);
  t.true(requested < rows.length / 4);
  await small.close();
});
