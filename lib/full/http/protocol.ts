import { count, list, number, object, optional, type Shape, text } from '../../artifact/index.js';
import { ArtifactError, ServerError } from '../../errors.js';
import { type Elements, type ElementType, fromElements, isElementType } from '../elements.js';
import type { Declared, Fed } from '../inputs.js';

/**
 * The Open Inference Protocol, version 2, in JSON or with tensors as raw bytes after it.
 *
 * @see KServe, "Open Inference Protocol (V2 Inference Protocol)"; Triton, "Binary Tensor Data Extension"
 */

/** The header with the length of the JSON, after which raw tensors begin. */
export const JSON_LENGTH = 'inference-header-content-length';
const BINARY_EXTENSION = 'binary_tensor_data';

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

/** A server's metadata of a model. */
export interface Metadata {
  readonly versions: readonly string[];
  readonly platform: string;
  readonly inputs: readonly Declared[];
  readonly outputs: readonly Declared[];
}

/** The content of a request. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** The numbers of an output. */
export interface Answer {
  readonly shape: readonly number[];
  readonly numbers: ArrayLike<number>;
}

const anything: Shape<unknown> = (value) => value;
const tensor = { name: text, datatype: text, shape: list(number) };
const metadata = object({
  versions: optional(list(anything)),
  platform: optional(text),
  inputs: list(object(tensor)),
  outputs: list(object(tensor)),
});
const server = object({ extensions: optional(list(anything)) });
const answer = object({
  outputs: list(object({ name: text, parameters: optional(object({ binary_data_size: optional(count) })) })),
});
const answeredTensor = object({ ...tensor, data: optional(list(anything)) });

/** A server's metadata of a model. @throws ServerError `malformed`, naming the place */
export function readMetadata(model: string, bytes: Uint8Array): Metadata {
  const { versions = [], platform = '', inputs, outputs } = parse(model, bytes, metadata);
  const declared = ({ name, datatype, shape }: (typeof inputs)[number]): Declared => ({
    name,
    type: typeOf(model, datatype),
    shape: shape.length === 0 ? undefined : shape.map((size) => (size < 0 ? undefined : size)),
  });
  return {
    versions: versions.map(String),
    platform,
    inputs: inputs.map(declared),
    outputs: outputs.map(declared),
  };
}

/** Whether a server takes and gives tensors as bytes. @throws ServerError `malformed` */
export function readsBinary(model: string, bytes: Uint8Array): boolean {
  return parse(model, bytes, server).extensions?.includes(BINARY_EXTENSION) === true;
}

function typeOf(model: string, datatype: string): ElementType {
  const type = Object.keys(DATATYPES).find((each) => isElementType(each) && DATATYPES[each][0] === datatype);
  if (isElementType(type)) return type;
  throw malformed(model, `a datatype '${datatype}', which is no number's`);
}

function parse<T>(model: string, bytes: Uint8Array, shape: Shape<T>): T {
  try {
    return checked(model, JSON.parse(new TextDecoder().decode(bytes)), shape, 'answer');
  } catch (error) {
    throw error instanceof SyntaxError ? malformed(model, 'what is no JSON', error) : error;
  }
}

/** The value, if it has the shape. Nothing in a server's JSON is trusted. */
function checked<T>(model: string, value: unknown, shape: Shape<T>, place: string): T {
  try {
    return shape(value, place);
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    throw malformed(model, `what can't be read: ${error.message}`, error);
  }
}

function malformed(model: string, what: string, cause?: unknown): ServerError {
  return new ServerError(
    model,
    'malformed',
    `answered with ${what}`,
    undefined,
    cause === undefined ? {} : { cause },
  );
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
 * Reads the requested output.
 *
 * @throws ServerError `malformed` for an answer that isn't one
 */
export function readAnswer(model: string, headers: Headers, bytes: Uint8Array, output: string): Answer {
  const length = headers.get(JSON_LENGTH);
  const end = length === null ? bytes.length : Number(length);
  if (!(Number.isInteger(end) && end >= 0 && end <= bytes.length)) {
    throw new ServerError(model, 'malformed', `declared ${length} of ${bytes.length} bytes as JSON`);
  }
  let at = end;
  for (const [i, found] of parse(model, bytes.subarray(0, end), answer).outputs.entries()) {
    const size = found.parameters?.binary_data_size;
    const raw = size === undefined ? undefined : bytes.subarray(at, at + size);
    at += size ?? 0;
    if (found.name !== output) continue;
    const { datatype, shape, data } = checked(model, found, answeredTensor, `answer.outputs[${i}]`);
    const type = typeOf(model, datatype);
    if (raw !== undefined)
      return { shape, numbers: fromElements(type, readElements(model, type, raw, size)) };
    if (data === undefined) throw malformed(model, `no data of output '${output}'`);
    return { shape, numbers: numbersOf(model, data) };
  }
  throw malformed(model, `no output '${output}'`);
}

/** Numbers of lists in lists. Null, which JSON has for it, is NaN. */
function numbersOf(model: string, data: readonly unknown[]): number[] {
  return data.flat(Number.POSITIVE_INFINITY).map((item) => {
    if (item === null) return Number.NaN;
    if (typeof item === 'number' || typeof item === 'boolean') return Number(item);
    throw malformed(model, 'something else than numbers as data');
  });
}

function readElements(model: string, type: ElementType, raw: Uint8Array, size: number | undefined): Elements {
  const [, kind] = DATATYPES[type];
  if (raw.length !== size || raw.length % kind.BYTES_PER_ELEMENT !== 0) {
    throw malformed(model, `${raw.length} bytes of ${type}, where ${size} were announced`);
  }
  // Numbers need an aligned copy.
  return new kind(raw.slice().buffer);
}
