import type { Tensor } from '@tensorflow/tfjs-core';
import test from 'ava';
import { quickenWasm } from '../../../../../../lib/models/full/tfjs/wasm/index.js';
import { isWasmBackend } from '../../../../../../lib/models/full/tfjs/wasm/kernels.js';
import { layers, use as start, tf } from '../here.js';

async function use(backend: 'cpu' | 'wasm') {
  await start(backend);
  if (backend === 'wasm') quickenWasm(tf);
}

/** Numbers of the plain backend and of WebAssembly with our kernels: they differ by rounding alone. */
async function same(t: { true(value: boolean, message: string): boolean }, what: string, run: () => Tensor) {
  const given: Float32Array[] = [];
  const shapes: string[] = [];
  for (const backend of ['cpu', 'wasm'] as const) {
    await use(backend);
    const { numTensors } = tf.memory();
    const result = tf.tidy(run);
    given.push(Float32Array.from(result.dataSync()));
    shapes.push(String(result.shape));
    result.dispose();
    t.true(tf.memory().numTensors === numTensors, `${what}: tensors are left on ${backend}`);
  }
  const [expected, found] = given;
  const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1e-3);
  const worst = expected.reduce((most, x, i) => Math.max(most, Math.abs(x - found[i])), 0);
  t.true(shapes[0] === shapes[1], `${what}: ${shapes.join(' and ')}`);
  t.true(expected.length === found.length && worst <= 1e-5 * scale, `${what}: off by ${worst} of ${scale}`);
}

const normal = (shape: number[], seed = 1) => tf.randomNormal(shape, 0, 1, 'float32', seed);

test.serial('products of transposed matrices, alone and in batches', async (t) => {
  const shapes = [
    [
      [5, 7],
      [7, 3],
    ],
    [
      [2, 5, 7],
      [2, 7, 3],
    ],
    [
      [1, 5, 7],
      [4, 7, 3],
    ],
  ];
  for (const [a, b] of shapes) {
    for (const [turnA, turnB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ]) {
      const flip = (shape: number[], turn: boolean) =>
        turn ? [...shape.slice(0, -2), shape[shape.length - 1], shape[shape.length - 2]] : shape;
      await same(t, `${a} ${turnA} x ${b} ${turnB}`, () =>
        tf.matMul(normal(flip(a, turnA)), normal(flip(b, turnB), 2), turnA, turnB),
      );
    }
  }
});

/** Input, filter, strides, padding. */
const CONVOLUTIONS: readonly [number[], number[], number | [number, number], 'same' | 'valid' | number][] = [
  [[3, 7, 8, 5], [3, 3, 5, 4], 1, 'same'],
  [[3, 7, 8, 5], [3, 2, 5, 4], 1, 'valid'],
  [[2, 9, 9, 6], [5, 5, 6, 3], 2, 'same'],
  [[2, 10, 9, 6], [3, 3, 6, 3], 2, 'valid'],
  [[2, 10, 11, 4], [3, 3, 4, 2], [2, 3], 'valid'],
  [[2, 8, 8, 4], [3, 3, 4, 2], 1, 1],
  [[3, 8, 7, 1], [5, 5, 1, 4], 2, 'same'],
  [[3, 8, 7, 2], [3, 3, 2, 4], 1, 'valid'],
  [[1, 4, 4, 4], [1, 1, 4, 2], 1, 'same'],
  [[2, 5, 5, 4], [2, 2, 4, 3], 3, 'valid'],
  [[2, 6, 7, 6], [3, 3, 6, 11], 1, 'same'],
  [[3, 9, 8, 1], [5, 5, 1, 17], 2, 'same'],
  // Places of the filter that meet padding alone.
  [[2, 2, 1, 5], [5, 5, 5, 9], 1, 'same'],
];

test.serial("a convolution's gradients", async (t) => {
  for (const [input, filter, strides, pad] of CONVOLUTIONS) {
    const what = `${input} by ${filter}, strides ${strides}, ${pad}`;
    const convolve = (x: Tensor, w: Tensor) => {
      const y = tf.conv2d(four(x, input), four(w, filter), strides, pad);
      return tf.sum(tf.mul(y, tf.reshape(tf.range(0, y.size, 1), y.shape)));
    };
    await same(t, `by the filter of ${what}`, () =>
      tf.grad((w) => convolve(normal(input), w))(normal(filter, 2)),
    );
    await same(t, `by the input of ${what}`, () =>
      tf.grad((x) => convolve(x, normal(filter, 2)))(normal(input)),
    );
  }
});

function four(x: Tensor, [a, b, c, d]: readonly number[]) {
  return tf.reshape<tf.Rank.R4>(x, [a, b, c, d]);
}

test.serial('the gradient of maxima, with ties, gaps and overlaps', async (t) => {
  const cases: readonly [number[], number | [number, number], number | [number, number], 'same' | 'valid'][] =
    [
      [[3, 8, 6, 5], 2, 2, 'valid'],
      [[3, 9, 7, 5], 2, 2, 'valid'],
      [[3, 9, 7, 5], 2, 2, 'same'],
      [[2, 9, 9, 3], 3, 2, 'same'],
      [[2, 9, 9, 3], [3, 1], [3, 1], 'valid'],
    ];
  for (const [shape, size, strides, pad] of cases) {
    await same(t, `${shape}, ${size} by ${strides}, ${pad}`, () =>
      tf.grad((x) => {
        const y = tf.maxPool(four(tf.relu(x), shape), size, strides, pad);
        return tf.sum(tf.mul(y, tf.reshape(tf.range(1, y.size + 1, 1), y.shape)));
      })(normal(shape)),
    );
  }
});

test.serial('sums over the first axes, and over others', async (t) => {
  for (const axes of [[0], [0, 1], [0, 1, 2], [1], [0, 2], [2], [0, 1, 2, 3]]) {
    for (const keep of [false, true]) {
      await same(t, `axes ${axes}, ${keep ? 'kept' : 'gone'}`, () =>
        tf.sum(normal([5, 3, 6, 7]), axes, keep),
      );
    }
  }
  await same(t, 'whole numbers', () => tf.sum(tf.cast(normal([9, 4]), 'int32'), 0));
});

test.serial('clones and casts share numbers, and outlive what they were made of', async (t) => {
  await use('wasm');
  const x = normal([4]);
  const copy = x.clone();
  const cast = tf.cast(x, 'float32');
  const whole = tf.cast(x, 'int32');
  const expected = [...x.dataSync()];
  x.dispose();
  t.deepEqual([...copy.dataSync()], expected);
  t.deepEqual([...cast.dataSync()], expected);
  t.deepEqual(
    [...whole.dataSync()],
    expected.map((value) => Math.trunc(value) + 0),
  );
  tf.dispose([copy, cast, whole]);
});

test.serial('steps of training leave as many tensors, and the memory as large, as they found', async (t) => {
  await use('wasm');
  const network = layers.sequential({
    layers: [
      layers.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, activation: 'relu' }),
      layers.layers.conv2d({ filters: 9, kernelSize: 3, strides: 2, activation: 'relu' }),
      layers.layers.maxPooling2d({ poolSize: 2 }),
      layers.layers.flatten(),
      layers.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  network.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy' });
  const x = normal([64, 8, 8, 1]);
  const y = tf.tidy(() =>
    tf.oneHot(
      tf.tensor1d(
        Array.from({ length: 64 }, (_, i) => i % 3),
        'int32',
      ),
      3,
    ),
  );
  const state = () => [tf.memory().numTensors, memoryOf(tf.backend()).buffer.byteLength];
  const steps = async (count: number) => {
    for (let i = 0; i < count; i++) await network.trainOnBatch(x, y);
    return state();
  };
  const before = await steps(5);
  t.deepEqual(await steps(60), before);
  tf.dispose([x, y]);
  network.dispose();
});

test.serial('put right once: called again, it changes nothing', async (t) => {
  await use('wasm');
  const kernels = () => tf.getKernelsForBackend('wasm').map(({ kernelFunc }) => kernelFunc);
  const before = new Set(kernels());
  quickenWasm(tf);
  t.true(kernels().every((kernel) => before.has(kernel)));
});

function memoryOf(backend: unknown) {
  if (!isWasmBackend(backend)) throw new TypeError('expected the wasm backend');
  return backend.wasm.asm.memory;
}
