import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { LIBTENSORFLOW, projectWith, SAVED_MODEL } from './installed.js';

const onTensorFlow = LIBTENSORFLOW === undefined ? test.skip : test.serial;

/** What scripts begin with. */
const HEAD = `
  import { Cascade, define, dense, logisticRegression, tune } from 'spillway';
  import { tfjsBackends, tfjsLearner, tfjsModel } from 'spillway/full';
  const caught = async (work) => { try { await work(); return null; } catch (e) { return { name: e.name, message: e.message }; } };
  const small = (tf) => tf.sequential({ layers: [tf.layers.dense({ inputShape: [2], units: 2, activation: 'softmax' })] });
  const classes = ['a', 'b'];
  const status = async () => Object.fromEntries((await tfjsBackends()).map(({ name, works, what }) => [name, [works, what]]));
  const print = (value) => console.log(JSON.stringify(value));`;

/** A cascade whose full model is a network: tuned, saved, loaded on the same backend and on another. */
const TUNED = `
  let seed = 7;
  const uniform = () => { seed = (seed * 16807) % 2147483647; return seed / 2147483647; };
  const rows = Array.from({ length: 400 }, () => [uniform() - 0.5, uniform() - 0.5, uniform() - 0.5]);
  const labels = rows.map(([a, b]) => (a + 0.2 * b > 0 ? 'yes' : 'no'));
  const features = define({
    a: dense(1, (all) => Float32Array.from(all, ([a]) => a)),
    rest: dense(3, (all) => Float32Array.from(all.flat())),
  });
  const learner = (backend) => tfjsLearner(({ columns, classes, seed }) => tf.sequential({ layers: [
    tf.layers.dense({ inputShape: [columns], units: classes, activation: 'softmax', kernelInitializer: tf.initializers.glorotUniform({ seed }) }),
  ] }), { name: 'one layer', epochs: 2, inputs: 'rest', tf, multiplications: 6, ...(backend && { backend }) });
  const cascade = await tune({ features, rows, labels, full: learner('node'), approximate: logisticRegression(), bound: { loss: 'disagreement', epsilon: 0.1 }, clock: { now: () => 8 * performance.now() }, seed: 1 });
  const path = process.cwd() + '/net.cascade';
  await cascade.save(path);
  const fresh = rows.slice(0, 50).map(([a, b, c]) => [-a, c, b]);
  const same = await Cascade.load(path, { features, learners: [learner()] });
  const other = await Cascade.load(path, { features, learners: [learner('cpu')] });
  const [full, reloaded] = [await cascade.full.predict(fresh), await same.full.predict(fresh)];
  const tuned = {
    verdicts: [cascade.certificate.verdict, same.certificate.verdict, other.certificate.verdict],
    reason: other.certificate.reason,
    equal: JSON.stringify([...full.scores]) === JSON.stringify([...reloaded.scores]),
  };`;

/** The fixture's answers by its folder, in batches, and by a model that was loaded; and what is refused. */
const SAVED = `
  const answers = JSON.parse(process.argv[2]);
  const folder = process.argv[3];
  const blocks = [{ kind: 'dense', rows: answers.rows.length, columns: 8, values: Float32Array.from(answers.rows.flat()) }];
  const three = ['a', 'b', 'c'];
  const worst = async (full) => {
    const out = new Float64Array(answers.rows.length * 3);
    await full.score(blocks, out);
    return Math.max(...answers.answers.flat().map((expected, i) => Math.abs(out[i] - expected)));
  };
  const byFolder = await tfjsModel(folder, { classes: three, backend: 'node', tf });
  const batches = await tfjsModel(folder, { classes: three, backend: 'node', tf, batch: 3 });
  const model = await tf.node.loadSavedModel(folder);
  const given = await tfjsModel(model, { classes: three, tf, fingerprint: 'v1' });
  const errors = [await worst(byFolder), await worst(batches), await worst(given)];
  await byFolder.close();
  await given.close();
  errors.push(await worst(given));
  const saved = {
    errors,
    fingerprint: byFolder.fingerprint,
    backend: given.backend.name,
    unnamed: await caught(() => tfjsModel(model, { classes: three, tf })),
    wrong: await caught(() => tfjsModel(folder, { classes: three, tf, backend: 'cpu' })),
    narrow: await caught(() => tfjsModel(folder, { classes, tf })),
    missing: await caught(() => tfjsModel(folder + '/nowhere', { classes: three, tf })),
  };`;

interface Caught {
  readonly name: string;
  readonly message: string;
}

interface Found {
  readonly status: Readonly<Record<string, readonly [boolean, string]>>;
  readonly refused: Caught;
  readonly tuned: {
    readonly verdicts: readonly string[];
    readonly reason: string;
    readonly equal: boolean;
  };
  readonly saved: {
    readonly errors: readonly number[];
    readonly fingerprint: string;
    readonly backend: string;
    readonly unnamed: Caught;
    readonly wrong: Caught;
    readonly narrow: Caught;
    readonly missing: Caught;
  };
}

for (const [installation, name] of [
  ['node', 'tfjs-node'],
  ['gpu', 'tfjs-node-gpu'],
] as const) {
  onTensorFlow(`libtensorflow, ${name} alone: probing, scores, tune, files, SavedModels`, async (t) => {
    const { run, folder } = await projectWith(installation);
    t.teardown(() => rm(folder, { recursive: true, force: true }));
    const answers = await readFile(join(SAVED_MODEL, 'answers.json'), 'utf8');
    const found = (await run(
      `${HEAD}
      import * as tf from '@tensorflow/${name}';
      const refused = await caught(() => tfjsModel(small(tf), { classes, backend: 'node-gpu', tf }));
      ${TUNED} ${SAVED}
      print({ refused, tuned, saved, status: await status() });`,
      [answers, SAVED_MODEL],
    )) as Found;

    const [gpuWorks, gpuWhat] = found.status['node-gpu'];
    t.false(gpuWorks);
    t.regex(gpuWhat, installation === 'gpu' ? /finds no GPU.*CUDA 11\.2/ : /not installed/);
    t.deepEqual(found.status.node, [true, 'TensorFlow, on the processor']);
    t.is(found.refused.name, 'BackendError');
    t.regex(found.refused.message, installation === 'gpu' ? /finds no GPU/ : /not installed/);

    t.is(found.tuned.verdicts[0], found.tuned.verdicts[1]);
    t.is(found.tuned.verdicts[2], 'void');
    t.regex(found.tuned.reason, /backend 'cpu', was certified on 'node'/);
    t.true(found.tuned.equal);

    t.true(
      found.saved.errors.every((error) => error < 1e-6),
      `${found.saved.errors}`,
    );
    t.regex(found.saved.fingerprint, /^sha256:[0-9a-f]{64} node float32$/);
    t.is(found.saved.backend, 'node');
    t.is(found.saved.unnamed.name, 'OptionError');
    t.regex(found.saved.unnamed.message, /fingerprint/);
    t.is(found.saved.wrong.name, 'OptionError');
    t.regex(found.saved.wrong.message, /'cpu' can't run a SavedModel/);
    t.is(found.saved.narrow.name, 'OptionError');
    t.is(found.saved.missing.name, 'ArtifactError');
  });
}

onTensorFlow('libtensorflow, both: without a GPU tfjs-node is taken, and a GPU is refused', async (t) => {
  const { run, folder } = await projectWith('both');
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const found = (await run(`${HEAD}
    import * as tf from '@tensorflow/tfjs-core';
    import * as layers from '@tensorflow/tfjs-layers';
    import '@tensorflow/tfjs-backend-cpu';
    const network = small({ ...layers });
    const chosen = await tfjsModel(network, { classes });
    const refused = await caught(() => tfjsModel(network, { classes, backend: 'node-gpu' }));
    print({ chosen: chosen.backend, refused, isGpuPackage: tf.backend().isGPUPackage, status: await status() });`)) as {
    chosen: { name: string; tried: { name: string; why: string }[] };
    refused: Caught;
    isGpuPackage: boolean;
    status: Found['status'];
  };
  t.is(found.chosen.name, 'node');
  t.regex(found.chosen.tried[0].why, /finds no GPU/);
  t.false(found.isGpuPackage);
  t.is(found.refused.name, 'BackendError');
  t.deepEqual([found.status['node-gpu'][0], found.status.node[0]], [false, true]);
});

onTensorFlow('libtensorflow: a project without tfjs-core of its own takes tfjs-node’s', async (t) => {
  const { run, folder } = await projectWith('node', ['tfjs-node']);
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const { name, sum } = (await run(`${HEAD}
    import * as tf from '@tensorflow/tfjs-node';
    const full = await tfjsModel(small(tf), { classes, backend: 'node' });
    const out = new Float64Array(2);
    await full.score([{ kind: 'dense', rows: 1, columns: 2, values: Float32Array.of(1, 2) }], out);
    print({ name: full.backend.name, sum: out[0] + out[1] });`)) as { name: string; sum: number };
  t.is(name, 'node');
  t.true(Math.abs(sum - 1) < 1e-6);
});
