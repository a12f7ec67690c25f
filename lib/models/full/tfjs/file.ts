import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { io } from '@tensorflow/tfjs-core';
import { ArtifactError } from '../../../errors.js';
import { errorText } from '../../../util/errorText.js';
import { jsonOf } from '../../../util/jsonOf.js';
import { lookAt } from '../../../util/lookAt.js';
import { looksLike } from '../../../util/looks.js';
import { type Load, optionalPackage } from '../../../util/packages.js';
import { isNetwork } from './network.js';
import type { Tf } from './tf.js';
import type { TfjsNetwork } from './types.js';

/**
 * Reads the files of a model that TensorFlow.js has saved or its converter has written.
 *
 * @param path of `model.json`; the weights are beside it
 * @throws ArtifactError for files that don't exist or hold no such model
 */
export async function readArtifacts(path: string): Promise<io.ModelArtifacts> {
  const bytes = await read(path);
  const json = jsonOf(bytes.toString());
  if (!isModelJson(json)) {
    throw new ArtifactError(
      'foreign',
      `${path} is no model of TensorFlow.js${looksLike(bytes)}. Pass its model.json, which has a modelTopology, or ` +
        'the folder of a SavedModel',
    );
  }
  const {
    weightsManifest = [],
    modelTopology,
    format,
    signature,
    userDefinedMetadata,
    modelInitializer,
  } = json;
  const parts: Buffer[] = [];
  for (const name of weightsManifest.flatMap(({ paths }) => paths))
    parts.push(await read(join(dirname(path), name)));
  const weightData = Uint8Array.from(Buffer.concat(parts)).buffer;
  return {
    modelTopology,
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
    weightData,
    ...(format !== undefined && { format }),
    ...(signature !== undefined && { signature }),
    ...(userDefinedMetadata !== undefined && { userDefinedMetadata }),
    ...(modelInitializer !== undefined && { modelInitializer }),
  };
}

/** Builds a network, on tfjs's backend of the moment. */
export async function openNetwork(
  tf: Tf,
  artifacts: io.ModelArtifacts,
  what: string,
  load: Load,
): Promise<TfjsNetwork> {
  const { modelTopology } = artifacts;
  const isGraph = artifacts.format === 'graph-model' || 'node' in Object(modelTopology);
  const [name, member] = isGraph
    ? ['@tensorflow/tfjs-converter', 'loadGraphModel']
    : ['@tensorflow/tfjs-layers', 'loadLayersModel'];
  const open =
    Reflect.get(tf, member) ?? Reflect.get(Object(await optionalPackage(name, 'this model', load)), member);
  try {
    const network: unknown = await open({ load: async () => artifacts });
    if (isNetwork(network)) return network;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new ArtifactError('damaged', `${what}: ${why}`, { cause: error });
  }
  throw new ArtifactError('foreign', `${what} holds no model`);
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const why = errorText(error);
    throw new ArtifactError('unreadable', `the model can't be read${await lookAt(path)}: ${why}`, {
      cause: error,
    });
  }
}

function isModelJson(value: unknown): value is io.ModelJSON {
  if (typeof value !== 'object' || value === null) return false;
  const manifest: unknown = Reflect.get(value, 'weightsManifest') ?? [];
  const topology: unknown = Reflect.get(value, 'modelTopology');
  return (
    typeof topology === 'object' &&
    topology !== null &&
    Array.isArray(manifest) &&
    manifest.every((group) => Array.isArray(group?.paths) && Array.isArray(group?.weights))
  );
}
