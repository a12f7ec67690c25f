import type { io, Tensor } from '@tensorflow/tfjs-core';

/** What TensorFlow's converter would write of a network of two dense layers, tanh and softmax, over three numbers. */
export function graphArtifacts(weights: readonly Tensor[]): io.ModelArtifacts {
  const names = ['w1', 'b1', 'w2', 'b2'];
  const float = { dtype: { type: 'DT_FLOAT' } };
  const shape = { shape: { shape: { dim: [{ size: '-1' }, { size: '3' }] } } };
  const of = { T: { type: 'DT_FLOAT' } };
  const node = [
    { name: 'x', op: 'Placeholder', attr: { ...float, ...shape } },
    ...names.map((name) => ({ name, op: 'Const', attr: { ...float } })),
    { name: 'm1', op: 'MatMul', input: ['x', 'w1'], attr: { ...of } },
    { name: 'a1', op: 'AddV2', input: ['m1', 'b1'], attr: { ...of } },
    { name: 'hidden', op: 'Tanh', input: ['a1'], attr: { ...of } },
    { name: 'm2', op: 'MatMul', input: ['hidden', 'w2'], attr: { ...of } },
    { name: 'a2', op: 'AddV2', input: ['m2', 'b2'], attr: { ...of } },
    { name: 'y', op: 'Softmax', input: ['a2'], attr: { ...of } },
  ];
  const values = weights.map((weight) => weight.dataSync());
  return {
    format: 'graph-model',
    modelTopology: { node, versions: { producer: 1 } },
    weightSpecs: names.map((name, i) => ({ name, shape: weights[i].shape, dtype: 'float32' as const })),
    weightData: Uint8Array.from(
      Buffer.concat(values.map((v) => Buffer.from(v.buffer, v.byteOffset, v.byteLength))),
    ).buffer,
  };
}
