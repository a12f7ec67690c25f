import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { ArtifactError, OptionError } from '../../../errors.js';
import type { Tf } from './tf.js';
import type { Runnable, TfjsPort, TfjsSavedModel } from './types.js';

const FILE = 'saved_model.pb';

/** A `tf.node.TFSavedModel`: it has a signature, and can't be saved again. */
export function isSavedModel(value: unknown): value is TfjsSavedModel {
  if (typeof value !== 'object' || value === null || typeof Reflect.get(value, 'save') === 'function')
    return false;
  const signature: unknown = Reflect.get(value, 'signature');
  return (
    typeof Reflect.get(value, 'predict') === 'function' &&
    typeof signature === 'object' &&
    signature !== null &&
    'inputs' in signature &&
    'outputs' in signature
  );
}

/** Whether a path is the folder of a SavedModel. */
export async function isSavedModelFolder(path: string): Promise<boolean> {
  const isThere = await stat(join(path, FILE)).catch(() => undefined);
  return isThere?.isFile() === true;
}

/** Inputs and outputs by the names of the signature, in its order: what `predict` takes and returns. */
export function savedNetwork(model: TfjsSavedModel): Runnable {
  const { inputs, outputs } = model.signature;
  return {
    inputs: Object.entries(inputs).map(portOf),
    outputs: Object.entries(outputs).map(portOf),
    predict: (tensors) => model.predict(tensors),
    dispose: () => model.dispose(),
  };
}

/**
 * Loads a SavedModel from its folder.
 *
 * @param tf TensorFlow.js on its backend `node` or `node-gpu`
 * @param node the package that brought that backend
 * @throws OptionError for a package without SavedModels; ArtifactError for a folder that TensorFlow can't read
 */
export async function openSavedModel(tf: Tf, node: unknown, path: string): Promise<TfjsSavedModel> {
  const load: unknown = [node, tf]
    .map((from) => Reflect.get(Object(Reflect.get(Object(from), 'node')), 'loadSavedModel'))
    .find((member) => typeof member === 'function');
  if (typeof load !== 'function') {
    throw new OptionError(
      'backend',
      `${path} is a SavedModel, which only '@tensorflow/tfjs-node' and '@tensorflow/tfjs-node-gpu' run`,
    );
  }
  try {
    const model: unknown = await load(path);
    if (isSavedModel(model)) return model;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new ArtifactError('damaged', `${path}: ${why}`, { cause: error });
  }
  throw new ArtifactError('foreign', `${path} holds no SavedModel`);
}

/** `sha256:` and a hash of all files of the folder, by name. */
export async function savedModelHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await filesBelow(path)).sort()) {
    const name = relative(path, file).replaceAll('\\', '/');
    const content = await readFile(file);
    hash.update(`${name}\n${content.length}\n`).update(content);
  }
  return `sha256:${hash.digest('hex')}`;
}

/** Only the model's own files: other files in the folder are ignored. */
async function filesBelow(path: string): Promise<string[]> {
  const parts = await Promise.all(
    ['variables', 'assets'].map((folder) =>
      readdir(join(path, folder), { recursive: true, withFileTypes: true }).catch(() => []),
    ),
  );
  const files = parts.flat().filter((entry) => entry.isFile());
  return [join(path, FILE), ...files.map((entry) => join(entry.parentPath, entry.name))];
}

function portOf([name, { shape, dtype }]: [string, TfjsSavedModel['signature']['inputs'][string]]): TfjsPort {
  return { name, dtype, shape: (shape ?? []).map(sizeOf) };
}

/** tfjs-node gives a dimension as the protobuf message that it read. */
function sizeOf(dimension: unknown): number {
  if (typeof dimension === 'number') return dimension;
  const getSize: unknown = Reflect.get(Object(dimension), 'getSize');
  const size: unknown = typeof getSize === 'function' ? getSize.call(dimension) : undefined;
  return typeof size === 'number' ? size : -1;
}
