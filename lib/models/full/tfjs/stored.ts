import type { io } from '@tensorflow/tfjs-core';
import { ArtifactError, ModelError } from '../../../errors.js';
import type { JsonValue, State, Tensor } from '../../../util/state.js';
import { BACKENDS } from './backends.js';
import type { BackendName } from './types.js';

/** A network and its settings as plain data, as an artifact holds it. */
export interface StoredNetwork {
  readonly artifacts: io.ModelArtifacts;
  readonly classes: number;
  /** Positions of the blocks that it reads among those that it was fitted to; undefined: all. */
  readonly positions: readonly number[] | undefined;
  /** The backend that ran it when it was fitted, and so when it was certified. */
  readonly backend: BackendName;
}

/** Bytes of a weight, by its type: the types that layers have. */
const SIZES: Readonly<Record<string, number>> = { float32: 4, int32: 4, bool: 1 };

export function networkState(name: string, { artifacts, classes, positions, backend }: StoredNetwork): State {
  const { modelTopology, weightSpecs = [], weightData } = artifacts;
  const bytes = joined(weightData);
  const tensors: Record<string, Tensor> = {};
  let at = 0;
  const weights = weightSpecs.map(({ name: weight, shape, dtype }, i) => {
    if (SIZES[dtype] === undefined) throw new ModelError(name, `its weight '${weight}' is of ${dtype}`);
    const end = at + shape.reduce((size, length) => size * length, SIZES[dtype]);
    const own = bytes.slice(at, end);
    at = end;
    tensors[`weight ${i}`] =
      dtype === 'float32'
        ? new Float32Array(own.buffer)
        : dtype === 'int32'
          ? new Int32Array(own.buffer)
          : own;
    return { name: weight, shape, dtype };
  });
  const topology: JsonValue = JSON.parse(JSON.stringify(modelTopology));
  return { json: { topology, weights, classes, positions: positions ?? null, backend }, tensors };
}

/** @throws ArtifactError for a state that doesn't hold together */
export function networkOf(name: string, { json, tensors }: State): StoredNetwork {
  const damaged = (what: string) => new ArtifactError('damaged', `the state of '${name}' ${what}`);
  if (!isStored(json)) throw damaged('is not one of a network');
  const { topology, weights, classes, positions, backend } = json;
  const parts = weights.map(({ name: weight, shape, dtype }, i) => {
    const values = tensors[`weight ${i}`];
    const size = shape.reduce((product, length) => product * length, SIZES[dtype]);
    if (values?.byteLength !== size) throw damaged(`has no weight '${weight}' of ${shape.join(' x ')}`);
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  });
  const artifacts = {
    modelTopology: topology,
    weightSpecs: [...weights],
    weightData: Uint8Array.from(Buffer.concat(parts)).buffer,
  };
  return { artifacts, classes, positions: positions ?? undefined, backend };
}

interface StoredJson {
  readonly topology: object;
  readonly weights: readonly {
    readonly name: string;
    readonly shape: number[];
    readonly dtype: 'float32' | 'int32' | 'bool';
  }[];
  readonly classes: number;
  readonly positions: readonly number[] | null;
  readonly backend: BackendName;
}

function isStored(json: unknown): json is StoredJson {
  if (typeof json !== 'object' || json === null) return false;
  const { topology, weights, classes, positions, backend }: Partial<StoredJson> = json;
  const counts = (list: unknown) =>
    Array.isArray(list) && list.every((count) => Number.isSafeInteger(count) && count >= 0);
  return (
    typeof topology === 'object' &&
    topology !== null &&
    Number.isSafeInteger(classes) &&
    BACKENDS.some((name) => name === backend) &&
    (positions === null || counts(positions)) &&
    Array.isArray(weights) &&
    weights.every(
      ({ name, shape, dtype }) => typeof name === 'string' && counts(shape) && Object.hasOwn(SIZES, dtype),
    )
  );
}

function joined(data: ArrayBuffer | ArrayBuffer[] | undefined): Uint8Array {
  return new Uint8Array(Buffer.concat([data ?? []].flat().map((part) => new Uint8Array(part))));
}
