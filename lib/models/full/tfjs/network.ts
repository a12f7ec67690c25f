import { createHash } from 'node:crypto';
import type { io, Tensor } from '@tensorflow/tfjs-core';
import { ModelError } from '../../../errors.js';
import { isElementType } from '../elements.js';
import type { Declared, Fed } from '../inputs.js';
import type { Tf } from './tf.js';
import type { Runnable, TfjsNetwork, TfjsPort } from './types.js';

export function isNetwork(value: unknown): value is TfjsNetwork {
  if (typeof value !== 'object' || value === null) return false;
  const is = (name: string, type: string) => typeof Reflect.get(value, name) === type;
  return (
    is('predict', 'function') &&
    is('save', 'function') &&
    Array.isArray(Reflect.get(value, 'inputs')) &&
    Array.isArray(Reflect.get(value, 'outputs'))
  );
}

/** A network's declaration of an input or an output. Open sizes are null in layers, -1 in graphs. */
export function declared({ name, shape, dtype }: TfjsPort): Declared {
  const type = isElementType(dtype) ? dtype : 'float32';
  return { name, type, shape: shape?.map((size) => (size === null || size < 0 ? undefined : size)) };
}

/** Its topology and weights, read from any backend that holds them. */
export async function artifactsOf(network: TfjsNetwork): Promise<io.ModelArtifacts> {
  let artifacts: io.ModelArtifacts | undefined;
  await network.save({
    save: async (given: io.ModelArtifacts): Promise<object> => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    },
  });
  if (artifacts === undefined)
    throw new ModelError('tfjs', 'its save() gave nothing: is it a model of TensorFlow.js 4?');
  return artifacts;
}

/** `sha256:` and a hash of topology and weights; the names of weights, which tfjs makes up, don't count. */
export function contentHash({ modelTopology, weightSpecs = [], weightData }: io.ModelArtifacts): string {
  const hash = createHash('sha256').update(JSON.stringify(modelTopology));
  for (const { shape, dtype } of weightSpecs) hash.update(`${dtype}[${shape}]`);
  for (const part of [weightData ?? []].flat()) hash.update(new Uint8Array(part));
  return `sha256:${hash.digest('hex')}`;
}

/** Runs a network once: gives its output in that place, a tensor that the caller disposes of. */
export function predict(tf: Tf, network: Runnable, fed: readonly Fed[], output: number): Tensor {
  return tf.tidy(() => {
    const tensors = networkTensors(tf, fed);
    const given = run(network, tensors.length === 1 ? tensors[0] : tensors, network.outputs[output].name);
    const tensor: unknown = Array.isArray(given) ? given[output] : given;
    if (!(tensor instanceof tf.Tensor))
      throw new TypeError(`it gave no tensor as '${network.outputs[output].name}'`);
    return tensor;
  });
}

/** All rows at once: a LayersModel's own `predict` would cut them into batches of 32. */
function run(network: Runnable, inputs: object, output: string): unknown {
  if (network.execute !== undefined) return network.execute(inputs, output);
  return network.predictOnBatch === undefined ? network.predict(inputs) : network.predictOnBatch(inputs);
}

/** The network's inputs as tensors, which the caller disposes of. */
export function networkTensors(tf: Tf, fed: readonly Fed[]): Tensor[] {
  return fed.map(({ elements, shape, type }) => {
    const here =
      elements instanceof Float32Array || elements instanceof Int32Array || elements instanceof Uint8Array;
    if (!here || (type !== 'float32' && type !== 'int32' && type !== 'bool')) {
      throw new TypeError(`tfjs has no tensors of ${type}`);
    }
    return tf.tensor(elements, [...shape], type);
  });
}
