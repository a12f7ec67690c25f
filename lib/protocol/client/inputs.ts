import { checkKeys, show } from '../../check.js';
import { OptionError } from '../../errors.js';
import { type Datatype, RequestError, type Tensor, TensorReader } from '../messages/index.js';
import { CLIENT_LIMITS } from './limits.js';

/** The data of an input, flat and row-major. */
export type InputData =
  | Tensor['elements']
  | readonly number[]
  | readonly bigint[]
  | readonly boolean[]
  | readonly string[];

/** An input of a model. */
export interface Input {
  readonly name: string;
  /** Flat and row-major: a typed array, or numbers, BigInts, booleans, texts, octets. */
  readonly data: InputData;
  /** Sizes, rows first. @defaultValue one size: the data's length */
  readonly shape?: readonly number[];
  /** @defaultValue a typed array's own; of plain arrays FP64, INT64, BOOL or BYTES by their first element */
  readonly datatype?: Datatype;
}

/** The datatype of each kind of array, where nothing else is said. */
const KINDS = [
  [Float32Array, 'FP32'],
  [Float64Array, 'FP64'],
  [Int8Array, 'INT8'],
  [Int16Array, 'INT16'],
  [Int32Array, 'INT32'],
  [BigInt64Array, 'INT64'],
  [Uint8Array, 'UINT8'],
  [Uint16Array, 'UINT16'],
  [Uint32Array, 'UINT32'],
  [BigUint64Array, 'UINT64'],
] as const;

const KNOWN = ['name', 'data', 'shape', 'datatype'];

/**
 * @throws OptionError for what isn't a list of inputs; RequestError `invalid` for data that the shape or the datatype
 * doesn't fit
 */
export function inputTensors(inputs: readonly Input[]): Tensor[] {
  if (!Array.isArray(inputs)) {
    throw new OptionError('inputs', `expected an array of { name, data }, got ${show(inputs)}`);
  }
  inputs.forEach((input, i) => {
    checkKeys(input, KNOWN, `inputs[${i}].`);
    const { name, data } = input;
    if (typeof name !== 'string' || name === '') {
      throw new OptionError(`inputs[${i}].name`, `expected the input's name, got ${show(name)}`);
    }
    if (!Array.isArray(data) && (!ArrayBuffer.isView(data) || data instanceof DataView)) {
      throw new OptionError(`inputs[${i}].data`, `expected an array or a typed array, got ${show(data)}`);
    }
  });
  const reader = new TensorReader('input', CLIENT_LIMITS);
  return inputs.map(({ name, data, shape = [data.length], datatype = datatypeOf(name, data) }) =>
    reader.ofValues({ name, datatype, shape }, data),
  );
}

function datatypeOf(name: string, data: InputData): Datatype {
  for (const [kind, datatype] of KINDS) if (data instanceof kind) return datatype;
  const [first] = data;
  if (typeof first === 'number') return 'FP64';
  if (typeof first === 'bigint') return 'INT64';
  if (typeof first === 'boolean') return 'BOOL';
  if (typeof first === 'string' || first instanceof Uint8Array) return 'BYTES';
  throw new RequestError(
    'invalid',
    `input '${name}' has no data: say its datatype, and a shape with a size of 0`,
  );
}
