import { ServerError } from '../../../errors.js';
import { type Input, textsOf } from '../../../protocol/client/index.js';
import {
  type Datatype,
  type InferResponse,
  RequestError,
  type TensorMetadata,
} from '../../../protocol/messages/index.js';
import { type DeclaredType, fromElements, isElements } from '../elements.js';
import type { Declared, Fed } from '../inputs.js';
import type { GivenOutput } from '../scores.js';

/** Our names of the protocol's types. */
const TYPES: Readonly<Record<Datatype, DeclaredType>> = {
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
  BYTES: 'string',
};

/** The protocol's names of our types. */
const DATATYPES: Readonly<Record<DeclaredType, Datatype>> = {
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
  string: 'BYTES',
};

/** An input or output of a model, as a server declares it. */
export function declaredOf({ name, datatype, shape }: TensorMetadata): Declared {
  return {
    name,
    type: TYPES[datatype],
    shape: shape.length === 0 ? undefined : shape.map((size) => (size < 0 ? undefined : size)),
  };
}

/** Tensors as the client takes them. */
export function protocolInputs(fed: readonly Fed[]): Input[] {
  return fed.map(({ name, type, shape, elements }) => ({
    name,
    datatype: DATATYPES[type],
    shape,
    // Half precision is held as its bits here, and as numbers there.
    data:
      type === 'float16' && isElements(elements) ? Float32Array.from(fromElements(type, elements)) : elements,
  }));
}

/** The numbers or texts of an output. @throws ServerError `malformed` for an answer without them */
export function outputValues(model: string, { outputs }: InferResponse, wanted: string): GivenOutput {
  const output = outputs.find(({ name }) => name === wanted);
  if (output === undefined) throw new ServerError(model, 'malformed', `answered with no output '${wanted}'`);
  const { shape, elements } = output;
  if (elements instanceof BigInt64Array || elements instanceof BigUint64Array) {
    return { shape, values: Float64Array.from(elements, Number) };
  }
  if (ArrayBuffer.isView(elements)) return { shape, values: elements };
  try {
    return { shape, values: textsOf(output) };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new ServerError(model, 'malformed', `answered with ${error.message}`, undefined, { cause: error });
  }
}
