import { show } from '../../check.js';
import { atOnce } from '../../util/atOnce.js';
import { OCTETS } from './datatypes.js';
import { RequestError } from './errors.js';
import { headerEnd } from './header.js';
import {
  isObject,
  type JsonObject,
  listOf,
  NONE,
  nameOf,
  objectOf,
  optionalText,
  parametersOf,
  parseJson,
} from './json.js';
import { DEFAULT_LIMITS, type MessageLimits, TensorAllowance } from './limits.js';
import {
  checkNumber,
  outlineOf,
  plainOctets,
  productOf,
  readOctets,
  readTensors,
  type TensorData,
  tensorsIn,
} from './tensors/index.js';
import type { InferRequest, InferResponse, Tensor, TensorMetadata, WantedOutput } from './types.js';

/** What is known of a request beside its body. */
export interface RequestContext {
  readonly model: string;
  readonly version?: string | undefined;
  /** The header `Inference-Header-Content-Length`, if it was sent. */
  readonly jsonLength?: string | null | undefined;
  /** The model's inputs; called only for a request that is one bare tensor. */
  readonly declared?: () => readonly TensorMetadata[];
  /** @defaultValue {@link DEFAULT_LIMITS} */
  readonly limits?: MessageLimits;
  /** Octets of a text that the model takes: in a large request others aren't decoded. @defaultValue no limit */
  readonly mostText?: number;
}

/** In requests nothing stands for NaN: what was lost on the way isn't guessed. */
const EXACT = { nonFinite: false, missing: false };
/** Servers that can't write NaN write null. */
const LENIENT = { nonFinite: false, missing: true };

/**
 * A request for inference, from the body of an HTTP request: JSON, JSON and binary tensors, or one bare tensor.
 *
 * Elements of binary tensors are views of the body where alignment allows.
 *
 * @param body unpacked
 * @throws RequestError `invalid`, naming the tensor and the expected, `too-large` over a limit, `unsupported`
 *
 * @example
 * const body = new TextEncoder().encode('{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[1,2]}]}');
 * readInferRequest(body, { model: 'mail' }).inputs[0].elements; // Float32Array [1, 2]
 */
export function readInferRequest(body: Uint8Array, context: RequestContext): InferRequest {
  const { model, version, limits = DEFAULT_LIMITS } = context;
  const end = headerEnd('the request', body, context.jsonLength, limits);
  if (end === 0) {
    // A bare tensor's answer is binary too: its sender writes no JSON.
    return {
      model,
      version,
      id: undefined,
      parameters: { binary_data_output: true },
      inputs: [bareTensor(body, context.declared?.() ?? [], limits)],
      outputs: undefined,
    };
  }
  const json = end === undefined ? body : body.subarray(0, end);
  const { text, value } = parseJson('the request', json, limits);
  const binary = end === undefined ? undefined : body.subarray(end);
  return atOnce(requestIn(objectOf('the request', value), { text, binary }, context));
}

/**
 * A request of its parsed JSON; gives way while it reads data that weren't parsed.
 *
 * @param source the JSON as text, and the binary tensors after it, if there may be any
 * @param data what wasn't parsed with the rest
 */
export function* requestIn(
  { id, parameters, inputs, outputs }: JsonObject,
  { text, binary }: { readonly text: string; readonly binary: Uint8Array | undefined },
  { model, version, limits = DEFAULT_LIMITS, mostText }: RequestContext,
  data?: TensorData,
): Generator<undefined, InferRequest> {
  return {
    model,
    version,
    id: optionalText("'id'", id),
    parameters: parametersOf("'parameters'", parameters),
    inputs: yield* tensorsIn(inputs, { text, key: 'inputs', binary, taken: EXACT, limits, mostText }, data),
    outputs: outputs === undefined || outputs === null ? undefined : readWanted(outputs, limits),
  };
}

function readWanted(value: unknown, limits: MessageLimits): readonly WantedOutput[] {
  const items = listOf("'outputs'", value);
  checkNumber('outputs', items.length, limits);
  const names = new Set<string>();
  return items.map((item, i) => {
    const output = objectOf(`outputs[${i}]`, item);
    const name = nameOf(`the name of outputs[${i}]`, output.name);
    const place = `output ${show(name)}`;
    if (names.has(name)) throw new RequestError('invalid', `${place} is named more than once`);
    names.add(name);
    const { parameters } = output;
    if (isObject(parameters) && Object.hasOwn(parameters, 'shared_memory_region')) {
      throw new RequestError('unsupported', `${place} is wanted in shared memory, which isn't supported`);
    }
    const own = parametersOf(`the parameters of ${place}`, parameters);
    return own === NONE ? { name } : { name, parameters: own };
  });
}

/**
 * The only input of a model, without JSON. Its octets say how long the size is that the model leaves free; of BYTES
 * all octets are one element.
 *
 * @see Triton, "Binary Tensor Data Extension": raw binary request
 */
function bareTensor(body: Uint8Array, declared: readonly TensorMetadata[], limits: MessageLimits): Tensor {
  if (declared.length !== 1) {
    throw new RequestError(
      'invalid',
      `the request is one tensor without JSON, and the model has ${declared.length} inputs: send JSON that names them`,
    );
  }
  const [{ name, datatype, shape: sizes }] = declared;
  const place = `input ${show(name)}`;
  const free = sizes.filter((size) => size < 0).length;
  const known = productOf(sizes.map((size) => (size < 0 ? 1 : size)));
  if (free > 1 || (datatype === 'BYTES' && known !== 1)) {
    throw new RequestError(
      'invalid',
      `${place}: its shape [${sizes.join(', ')}] of ${datatype} doesn't follow from ${body.length} octets: ` +
        'send JSON with it',
    );
  }
  const count = datatype === 'BYTES' ? 1 : body.length / OCTETS[datatype];
  const rest = known === 0 ? 0 : count / known;
  if (!Number.isInteger(rest) || (free === 0 && rest !== 1)) {
    throw new RequestError(
      'invalid',
      `${place}: ${body.length} octets are no tensor of shape [${sizes.join(', ')}] of ${datatype}`,
    );
  }
  const shape = sizes.map((size) => (size < 0 ? rest : size));
  const outline = outlineOf(place, datatype, shape, new TensorAllowance(limits));
  const elements = datatype === 'BYTES' ? [plainOctets(body)] : readOctets(outline, body);
  return { name, datatype, shape, elements };
}

/** What is known of a response beside its body. */
export interface ResponseContext {
  /** The header `Inference-Header-Content-Length`, if it was sent. */
  readonly jsonLength?: string | null | undefined;
  /** @defaultValue {@link DEFAULT_LIMITS} */
  readonly limits?: MessageLimits;
}

/**
 * An answer, from the body of an HTTP response. `null` among numbers of floating point is NaN.
 *
 * @throws RequestError `invalid` or `too-large` for what isn't one
 */
export function readInferResponse(body: Uint8Array, context: ResponseContext = {}): InferResponse {
  const { jsonLength, limits = DEFAULT_LIMITS } = context;
  const end = headerEnd('the response', body, jsonLength, limits);
  const json = end === undefined ? body : body.subarray(0, end);
  const { text, value } = parseJson('the response', json, limits);
  const response = objectOf('the response', value);
  const binary = end === undefined ? undefined : body.subarray(end);
  return {
    model: optionalText("'model_name'", response.model_name) ?? '',
    version: optionalText("'model_version'", response.model_version) ?? '',
    id: optionalText("'id'", response.id),
    parameters: parametersOf("'parameters'", response.parameters),
    outputs: readTensors(response.outputs, { text, key: 'outputs', binary, taken: LENIENT, limits }),
  };
}
