import test from 'ava';
import { certifyBefore, Detector, type WindowModel } from '../../../../entries/detect.js';
import { tfjsModel } from '../../../../entries/full.js';
import { layers, tf, use } from '../../../lib/full/tfjs/here.js';
import { blobModel, SIDE, scene, scenes } from '../blobs.js';

/** A convolution as large as a window: how much brighter its middle is than the whole. */
async function middleNetwork() {
  await use('cpu');
  const network = layers.sequential({
    layers: [
      layers.layers.conv2d({ inputShape: [SIDE, SIDE, 1], filters: 1, kernelSize: SIDE, useBias: false }),
      layers.layers.flatten(),
      layers.layers.dense({ units: 2, activation: 'softmax' }),
    ],
  });
  const isMiddle = (i: number) => i >= 2 && i < 4;
  const kernel = Float32Array.from({ length: SIDE * SIDE }, (_, i) => {
    const middle = isMiddle(i % SIDE) && isMiddle(Math.floor(i / SIDE));
    return (middle ? 1 / 4 : 0) - 1 / SIDE ** 2;
  });
  network.setWeights([
    tf.tensor4d(kernel, [SIDE, SIDE, 1, 1]),
    tf.tensor2d([-10, 10], [1, 2]),
    tf.tensor1d([1.5, -1.5]),
  ]);
  return tfjsModel(network, { classes: ['nothing', 'blob'], backend: 'cpu' });
}

test('a convolutional network of TensorFlow.js answers what the cascade passes on', async (t) => {
  const full = await middleNetwork();
  const grid = { accept: 'blob', step: 2, maxSize: [SIDE, SIDE] } as const;
  const before = new Detector(blobModel()).before(full, grid);
  const { image, boxes } = scene('network', { wanted: 3, noise: 30 });
  const found = await before.detect(image);
  t.is(found.passed, 3);
  t.deepEqual(found.boxes.map(({ x, y }) => `${x} ${y}`).sort(), boxes.map(({ x, y }) => `${x} ${y}`).sort());
  t.true(found.boxes.every(({ score }) => score > 0.5 && score < 1));

  const pictures = (seed: string, count: number) =>
    scenes(seed, count, { noise: 30 }).map((each) => each.image);
  // A millisecond a window, by a clock that only the network moves.
  let now = 0;
  const timed: WindowModel = {
    ...full,
    score(blocks, out, context) {
      now += blocks[0].rows;
      return full.score(blocks, out, context);
    },
  };
  const { certificate } = await certifyBefore(new Detector(blobModel()).before(timed, grid), {
    tuning: pictures('tuning', 8),
    images: pictures('certify', 80),
    epsilon: 0.1,
    maxAccepted: 2,
    clock: { now: () => now },
  });
  t.is(certificate?.bound?.lost, 0);
  t.is(certificate?.bound?.accepted, 120);
  t.is(certificate?.verdict, 'certified');
  t.true((certificate?.expected?.speedup ?? 0) > 100);
});
