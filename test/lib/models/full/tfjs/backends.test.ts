import test from 'ava';
import { tfjsModel } from '../../../../../entries/full.js';
import { BackendError, MissingPackage, ModelError, OptionError } from '../../../../../index.js';
import { denseBlock } from '../../../../../lib/data/blocks/index.js';
import { startBackend } from '../../../../../lib/models/full/tfjs/backends.js';
import { startNodeGpu } from '../../../../../lib/models/full/tfjs/node.js';
import { type Load, loadPackage } from '../../../../../lib/util/packages.js';
import { isHere, smallNetwork, tf, use } from './here.js';

/** Loads nothing but what is given; what it is asked for is counted. */
function standIn(packages: Readonly<Record<string, () => unknown>>) {
  const requested: string[] = [];
  const load: Load = async (name) => {
    requested.push(name);
    if (Object.hasOwn(packages, name)) return packages[name]();
    throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
  };
  return { load, requested };
}

/** The cpu backend under the name of TensorFlow's, as tfjs-node would register one. */
function registerTensorflow(gpu: boolean): void {
  const factory = tf.findBackendFactory('cpu');
  if (tf.getKernel('Add', 'tensorflow') === undefined) tf.copyRegisteredKernels('cpu', 'tensorflow');
  tf.registerBackend('tensorflow', () =>
    Object.assign(Object(factory()), { isGPUPackage: true, isUsingGpuDevice: gpu }),
  );
}

/** Of TensorFlow's backend nothing stays. */
async function forgetTensorflow(): Promise<void> {
  await use('cpu');
  if (tf.findBackendFactory('tensorflow') !== null) tf.removeBackend('tensorflow');
}

test.serial.beforeEach(() => use('cpu'));
test.serial.afterEach.always(forgetTensorflow);

test.serial('the best that works is chosen, and what was in the way of better ones is told', async (t) => {
  const { load } = standIn({
    '@tensorflow/tfjs-node': () => {
      // A binding's failure needn't be an Error.
      throw 'The Node.js native addon module could not be found';
    },
    '@tensorflow/tfjs-backend-wasm': () => loadPackage('@tensorflow/tfjs-backend-wasm'),
  });
  const { name, engine, reason, tried } = await startBackend(tf, undefined, load);
  t.deepEqual([name, engine, tf.getBackend()], ['wasm', 'wasm', 'wasm']);
  t.regex(reason, /SIMD; the best/);
  t.deepEqual(
    tried.map(({ name: each }) => each),
    ['node-gpu', 'node', 'webgpu'],
  );
  t.regex(tried[0].why, /not installed/);
  t.regex(tried[1].why, /native addon/);
  t.regex(tried[2].why, /webgpu|adapter/);
});

test.serial('tfjs-node-gpu that has found a GPU, as a stand-in', async (t) => {
  registerTensorflow(true);
  await use('cpu');
  // It is registered already, as where the user has imported it: nothing is loaded or tried elsewhere.
  await tf.setBackend('tensorflow');
  const { load, requested } = standIn({});
  const found = await startBackend(tf, undefined, load);
  t.deepEqual([found.name, found.engine, requested], ['node-gpu', 'tensorflow', []]);
  t.regex(found.reason, /on a GPU/);
  const full = await tfjsModel(smallNetwork(), { classes: [0, 1], backend: 'node-gpu', tf }, load);
  t.regex(full.fingerprint ?? '', /node-gpu/);
  const out = new Float64Array(2);
  await full.score([denseBlock(1, 3, Float32Array.of(1, 2, 3))], out);
  t.true(Math.abs(out[0] + out[1] - 1) < 1e-6);
  const error = await t.throwsAsync(startBackend(tf, 'node', load), { instanceOf: BackendError });
  t.regex(error?.message ?? '', /ask for backend 'node-gpu'/);
});

test.serial('tfjs-node-gpu without a GPU is none, and does for tfjs-node', async (t) => {
  registerTensorflow(false);
  await tf.setBackend('tensorflow');
  const { load } = standIn({});
  const found = await startBackend(tf, undefined, load);
  t.is(found.name, 'node');
  t.regex(found.tried[0].why, /finds no GPU/);
  const error = await t.throwsAsync(startBackend(tf, 'node-gpu', load), { instanceOf: BackendError });
  t.regex(error?.message ?? '', /finds no GPU/);
});

test('tfjs-node-gpu is tried in a process of its own', async (t) => {
  const never = async () => {
    throw new Error('loaded here');
  };
  const bare = Object.assign(Object.create(tf), { findBackend: () => null, findBackendFactory: () => null });
  await t.throwsAsync(
    startNodeGpu(bare, never, async () => false),
    { message: /finds no GPU/ },
  );
  await t.throwsAsync(
    startNodeGpu(bare, never, async () => true),
    { message: 'loaded here' },
  );
});

test.serial('a package that registers itself elsewhere is explained', async (t) => {
  const { load } = standIn({ '@tensorflow/tfjs-node': () => ({}) });
  const error = await t.throwsAsync(startBackend(tf, 'node', load), { instanceOf: BackendError });
  t.is(error?.code, 'BACKEND');
  t.regex(error?.message ?? '', /another copy of tfjs-core/);
});

test.serial('no backend at all, and none that is known', async (t) => {
  const bare = Object.assign(Object.create(tf), { findBackendFactory: () => null });
  const { load } = standIn({});
  const error = await t.throwsAsync(startBackend(bare, undefined, load), { instanceOf: BackendError });
  t.deepEqual(
    error?.tried.map(({ name }) => name),
    ['node-gpu', 'node', 'webgpu', 'wasm', 'cpu'],
  );
  t.regex(error?.message ?? '', /no backend .*wasm: not installed/);
  await t.throwsAsync(tfjsModel(smallNetwork(), {}, load), {
    instanceOf: MissingPackage,
    message: /tfjs-core/,
  });
  await t.throwsAsync(tfjsModel(smallNetwork(), { tf: { tensor: 1 } }, load), { instanceOf: OptionError });
});

const webgpu = isHere('webgpu') ? test.serial : test.skip;

webgpu('webgpu: a GPU that is lost costs the batch that was on it', async (t) => {
  const network = smallNetwork();
  const full = await tfjsModel(network, { classes: [0, 1], inputs: 'x', backend: 'webgpu' });
  const block = denseBlock(1, 3, Float32Array.of(1, -2, 0.5));
  const [first, during, after] = [0, 1, 2].map(() => new Float64Array(2));
  await full.score([block], first);
  const running = Promise.resolve(full.score([block], during));
  const device: unknown = Reflect.get(tf.backend(), 'device');
  Reflect.get(Object(device), 'destroy').call(device);
  const error = await t.throwsAsync(running, { instanceOf: ModelError });
  t.regex(error?.message ?? '', /TensorFlow.js failed/);
  await full.score([block], after);
  t.deepEqual(after, first);
  const { numTensors } = tf.memory();
  await full.score([block], after);
  t.is(tf.memory().numTensors, numTensors);
  await full.close();
});
