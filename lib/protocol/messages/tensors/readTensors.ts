import { show } from '../../../check.js';
import { atOnce } from '../../../util/atOnce.js';
import type { DataSpan } from '../dataSpans.js';
import { RequestError } from '../errors.js';
import { isObject, type JsonObject, listOf, nameOf, objectOf, parametersOf } from '../json.js';
import { type MessageLimits, TensorAllowance } from '../limits.js';
import type { Elements, Tensor } from '../types.js';
import { readData } from './data.js';
import { TensorDigits } from './digits.js';
import type { Taken } from './fill.js';
import { readOctets } from './octets.js';
import { type Outline, outlineOf } from './outline.js';
import { readSpan } from './spanData.js';

/** Where a message has data that weren't parsed with the rest of it. */
export interface TensorData {
  readonly json: Uint8Array;
  /** By the tensor's position; undefined: its data were parsed. */
  readonly spans: readonly (DataSpan | undefined)[];
}

/** A message whose tensors are read. */
export interface TensorMessage {
  /** The JSON. */
  readonly text: string;
  /** The key of its tensors. */
  readonly key: 'inputs' | 'outputs';
  /** What follows the JSON: binary tensors in their order; undefined where nothing may follow. */
  readonly binary: Uint8Array | undefined;
  readonly taken: Taken;
  readonly limits: MessageLimits;
  /** Octets of a text that is read from data, at most. @defaultValue no limit */
  readonly mostText?: number | undefined;
}

/** The parameter with the octets of a binary tensor. */
const SIZE = 'binary_data_size';

/** @throws RequestError `invalid` or `too-large`, naming the tensor */
export function readTensors(list: unknown, source: TensorMessage): Tensor[] {
  return atOnce(tensorsIn(list, source));
}

/** The same, which gives way now and then while it reads data. */
export function* tensorsIn(
  list: unknown,
  source: TensorMessage,
  data?: TensorData,
): Generator<undefined, Tensor[]> {
  const { text, key, binary, limits, taken, mostText } = source;
  const items = listOf(`'${key}'`, list);
  checkNumber(key, items.length, limits);
  const allowance = new TensorAllowance(limits);
  const digits = new TensorDigits(text, key);
  const names = new Set<string>();
  const tensors: Tensor[] = [];
  let used = 0;
  for (let i = 0; i < items.length; i++) {
    const item = objectOf(`${key}[${i}]`, items[i]);
    const name = nameOf(`the name of ${key}[${i}]`, item.name);
    const place = `${key === 'inputs' ? 'input' : 'output'} ${show(name)}`;
    if (names.has(name)) throw new RequestError('invalid', `${place} is given more than once`);
    names.add(name);
    const outline = outlineOf(place, item.datatype, item.shape, allowance);
    const size = sizeOf(outline, item, binary === undefined ? undefined : binary.length - used);
    let elements: Elements;
    if (size === undefined || binary === undefined) {
      const span = data?.spans[i];
      elements =
        data === undefined || span === undefined
          ? readData(outline, dataOf(outline, item), taken, () => digits.of(i))
          : yield* readSpan(outline, data.json, span, taken, mostText);
    } else {
      elements = readOctets(outline, binary.subarray(used, used + size));
      used += size;
    }
    tensors.push(
      withParameters({ name, datatype: outline.datatype, shape: outline.shape, elements }, place, item),
    );
  }
  if (binary !== undefined && used !== binary.length) {
    throw new RequestError(
      'invalid',
      `${binary.length} octets follow the JSON, and the tensors have ${used} of them by their '${SIZE}'`,
    );
  }
  return tensors;
}

/** @throws RequestError `too-large` */
export function checkNumber(key: string, length: number, { tensors }: MessageLimits): void {
  if (length > tensors) {
    throw new RequestError('too-large', `'${key}' has ${length} items, and the limit is ${tensors}`);
  }
}

function withParameters(tensor: Tensor, place: string, { parameters }: JsonObject): Tensor {
  const own = parametersOf(`the parameters of ${place}`, parameters, SIZE);
  return isEmpty(own) ? tensor : { ...tensor, parameters: own };
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}

/** The octets of a binary tensor; undefined where the tensor's data are in the JSON. */
function sizeOf(
  { place }: Outline,
  { parameters, data }: JsonObject,
  left: number | undefined,
): number | undefined {
  if (!isObject(parameters)) return undefined;
  if (Object.hasOwn(parameters, 'shared_memory_region')) {
    throw new RequestError(
      'unsupported',
      `${place} is in shared memory, which isn't supported: send its data`,
    );
  }
  const size = Object.hasOwn(parameters, SIZE) ? parameters[SIZE] : null;
  if (size === null) return undefined;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw new RequestError(
      'invalid',
      `${place}: its '${SIZE}' is ${show(size)}; expected a whole number, 0 or more`,
    );
  }
  if (data !== undefined && data !== null) {
    throw new RequestError('invalid', `${place} has both 'data' and '${SIZE}'; expected one of them`);
  }
  if (left === undefined) {
    throw new RequestError(
      'invalid',
      `${place} has '${SIZE}', and the header Inference-Header-Content-Length is missing`,
    );
  }
  if (size > left) {
    throw new RequestError('invalid', `${place}: its '${SIZE}' is ${size}, and only ${left} octets follow`);
  }
  return size;
}

function dataOf({ place, count }: Outline, { data }: JsonObject): unknown {
  if (data !== undefined) return data;
  throw new RequestError(
    'invalid',
    `${place} has no data; expected 'data' with ${count} elements, or '${SIZE}'`,
  );
}
