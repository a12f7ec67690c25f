import { ServerError } from '../../errors.js';
import { type Elements, type ElementType, fromElements, isElementType } from '../elements.js';
import type { Declared, Fed } from '../inputs.js';
import { Fields } from './fields.js';

/**
 * The Open Inference Protocol, version 2, in JSON or with tensors as raw bytes after it.
 *
 * @see KServe, "Open Inference Protocol (V2 Inference Protocol)"; Triton, "Binary Tensor Data Extension"
 */

/** Where JSON ends and raw tensors begin. */
export const JSON_LENGTH = 'inference-header-content-length';
export const BINARY_EXTENSION = 'binary_tensor_data';

/** The protocol's names of types, and the arrays that hold their raw numbers. */
const DATATYPES = {
  float16: ['FP16', Uint16Array],
  float32: ['FP32', Float32Array],
  float64: ['FP64', Float64Array],
  int8: ['INT8', Int8Array],
  int16: ['INT16', Int16Array],
  int32: ['INT32', Int32Array],
  int64: ['INT64', BigInt64Array],
  uint8: ['UINT8', Uint8Array],
  uint16: ['UINT16', Uint16Array],
  uint32: ['UINT32', Uint32Array],
  uint64: ['UINT64', BigUint64Array],
  bool: ['BOOL', Uint8Array],
} as const;

/** What a server says of a model. */
export interface Metadata {
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly Declared[];
  readonly outputs: readonly Declared[];
}

/** What a request carries. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** The numbers of an output. */
export interface Answer {
  readonly shape: readonly number[];
  readonly numbers: ArrayLike<number>;
}

export function readMetadata(model: string, bytes: Uint8Array): Metadata {
  const fields = Fields.parse(model, bytes);
  const declared = (list: string) =>
    fields.list(list).map((value) => readDeclared(fields.inside(list, value)));
  return {
    versions: fields.has('versions') ? fields.list('versions').map(String) : [],
    platform: fields.has('platform') ? fields.text('platform') : '',
    inputs: declared('inputs'),
    outputs: declared('outputs'),
  };
}

function readDeclared(fields: Fields): Declared {
  const shape = fields.numbers('shape').map((size) => (size < 0 ? undefined : size));
  return { name: fields.text('name'), type: typeOf(fields), shape: shape.length > 0 ? shape : undefined };
}

function typeOf(fields: Fields): ElementType {
  const datatype = fields.text('datatype');
  const type = Object.keys(DATATYPES).find((each) => isElementType(each) && DATATYPES[each][0] === datatype);
  if (isElementType(type)) return type;
  throw fields.wrong(`a datatype '${datatype}', which is no number's`);
}

/** Tensors as JSON. Half precision has none. */
export function writeJson(fed: readonly Fed[], output: string): Message {
  const inputs = fed.map(({ name, type, shape, elements }) => ({
    name,
    shape,
    datatype: DATATYPES[type][0],
    data: plainNumbers(type, elements),
  }));
  const body = JSON.stringify({ inputs, outputs: [{ name: output }] });
  return { headers: { 'content-type': 'application/json' }, body };
}

function plainNumbers(type: ElementType, elements: Elements): (number | boolean)[] {
  const numbers = Array.from<number | bigint, number>(elements, Number);
  return type === 'bool' ? numbers.map(Boolean) : numbers;
}

/** Tensors as bytes, little-endian, after a header in JSON. */
export function writeBinary(fed: readonly Fed[], output: string): Message {
  const header = new TextEncoder().encode(
    JSON.stringify({
      inputs: fed.map(({ name, type, shape, elements }) => ({
        name,
        shape,
        datatype: DATATYPES[type][0],
        parameters: { binary_data_size: elements.byteLength },
      })),
      outputs: [{ name: output, parameters: { binary_data: true } }],
    }),
  );
  const body = new Uint8Array(fed.reduce((sum, { elements }) => sum + elements.byteLength, header.length));
  body.set(header);
  let at = header.length;
  for (const { elements } of fed) {
    body.set(new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength), at);
    at += elements.byteLength;
  }
  return {
    headers: { 'content-type': 'application/octet-stream', [JSON_LENGTH]: String(header.length) },
    body,
  };
}

/**
 * Reads the output that was asked for.
 *
 * @throws ServerError `malformed` for an answer that isn't one
 */
export function readAnswer(model: string, headers: Headers, bytes: Uint8Array, output: string): Answer {
  const length = headers.get(JSON_LENGTH);
  const end = length === null ? bytes.length : Number(length);
  if (!(Number.isInteger(end) && end >= 0 && end <= bytes.length)) {
    throw new ServerError(model, 'malformed', `said that ${length} of ${bytes.length} bytes are JSON`);
  }
  const fields = Fields.parse(model, bytes.subarray(0, end));
  let at = end;
  for (const value of fields.list('outputs')) {
    const found = fields.inside('outputs', value);
    const size = found.has('parameters') ? found.fields('parameters').size('binary_data_size') : undefined;
    const raw = size === undefined ? undefined : bytes.subarray(at, at + size);
    at += size ?? 0;
    if (found.text('name') !== output) continue;
    const type = typeOf(found);
    const shape = found.numbers('shape');
    const numbers =
      raw === undefined ? found.numbers('data') : fromElements(type, readElements(found, type, raw, size));
    return { shape, numbers };
  }
  throw fields.wrong(`no output '${output}'`);
}

function readElements(
  fields: Fields,
  type: ElementType,
  raw: Uint8Array,
  size: number | undefined,
): Elements {
  const [, kind] = DATATYPES[type];
  if (raw.length !== size || raw.length % kind.BYTES_PER_ELEMENT !== 0) {
    throw fields.wrong(`${raw.length} bytes of ${type}, where ${size} were announced`);
  }
  // A copy begins where numbers may.
  return new kind(raw.slice().buffer);
}
