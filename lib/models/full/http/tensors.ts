import { ServerError } from '../../../errors.js';
import type { Datatype, InferResponse, Tensor, TensorMetadata } from '../../../protocol/messages/index.js';
import { type ElementType, fromElements } from '../elements.js';
import type { Declared, Fed } from '../inputs.js';

/** Our names of the protocol's types of numbers. */
const TYPES: Readonly<Record<Exclude<Datatype, 'BYTES'>, ElementType>> = {
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  BOOL: 'bool',
};

/** The protocol's names of our types. */
const DATATYPES: Readonly<Record<ElementType, Datatype>> = {
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  bool: 'BOOL',
};

/**
 * An input or output of a model, as a server declares it. @throws ServerError `malformed` for one that isn't of
 * numbers
 */
export function declaredOf(model: string, { name, datatype, shape }: TensorMetadata): Declared {
  if (datatype === 'BYTES') {
    throw new ServerError(
      model,
      'malformed',
      `declared '${name}' of the datatype 'BYTES', which is no number's`,
    );
  }
  return {
    name,
    type: TYPES[datatype],
    shape: shape.length === 0 ? undefined : shape.map((size) => (size < 0 ? undefined : size)),
  };
}

/** Tensors as the protocol has them. */
export function protocolTensors(fed: readonly Fed[]): Tensor[] {
  return fed.map(({ name, type, shape, elements }) => ({
    name,
    datatype: DATATYPES[type],
    shape,
    // Half precision is held as its bits here, and as numbers there.
    elements: type === 'float16' ? Float32Array.from(fromElements(type, elements)) : elements,
  }));
}

/** The numbers of an output. @throws ServerError `malformed` for an answer without them */
export function outputNumbers(
  model: string,
  { outputs }: InferResponse,
  wanted: string,
): { readonly shape: readonly number[]; readonly numbers: ArrayLike<number> } {
  const output = outputs.find(({ name }) => name === wanted);
  if (output === undefined) throw new ServerError(model, 'malformed', `answered with no output '${wanted}'`);
  const { shape, elements } = output;
  if (elements instanceof BigInt64Array || elements instanceof BigUint64Array) {
    return { shape, numbers: Float64Array.from(elements, Number) };
  }
  if (ArrayBuffer.isView(elements)) return { shape, numbers: elements };
  throw new ServerError(model, 'malformed', `answered with text as output '${wanted}'`);
}
