import { show } from '../../check.js';
import { RequestError } from './errors.js';
import { JSON_LENGTH } from './header.js';
import { parameterOf } from './json.js';
import { octetsIn, writeData, writeOctets } from './tensors/index.js';
import type { InferRequest, InferResponse, Parameters, Tensor, WantedOutput } from './types.js';

/** The content of a request or response over HTTP. */
export interface Message {
  /** `content-type`, and for binary tensors `inference-header-content-length`. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON as text; with binary tensors octets. */
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** A request without the model, which its path names. */
export type RequestContent = Pick<InferRequest, 'inputs'> &
  Partial<Pick<InferRequest, 'id' | 'parameters' | 'outputs'>>;

/**
 * A request for inference as the body of an HTTP request.
 *
 * @param binary whether inputs are sent, and outputs requested, as binary tensors
 * @throws RequestError `invalid` for NaN, infinities and octets that aren't UTF-8 in JSON
 */
export function writeInferRequest(request: RequestContent, binary: boolean): Message {
  const { id, parameters, inputs, outputs } = request;
  const tensors = new TensorWriter('input');
  const listed = inputs.map((input) => tensors.add(input, binary)).join(',');
  const areNamed = outputs !== undefined && outputs.length > 0;
  const own = binary && !areNamed ? { ...parameters, binary_data_output: true } : parameters;
  const wanted = binary ? outputs?.map(inBinary) : outputs;
  const json =
    `{${id === undefined ? '' : `"id":${JSON.stringify(id)},`}${parametersIn(own)}"inputs":[${listed}]` +
    `${wanted === undefined ? '' : `,"outputs":${JSON.stringify(wanted)}`}}`;
  return tensors.message(json);
}

function inBinary({ name, parameters }: WantedOutput): WantedOutput {
  return { name, parameters: { ...parameters, binary_data: true } };
}

/**
 * An answer as the body of an HTTP response: outputs as binary tensors where the request wants them so.
 *
 * @throws RequestError `invalid` where an output holds what JSON doesn't have, and the request wants JSON
 */
export function writeInferResponse(
  response: InferResponse,
  request: Pick<InferRequest, 'parameters' | 'outputs'>,
): Message {
  const { model, version, id, parameters, outputs } = response;
  const tensors = new TensorWriter('output');
  const listed = outputs.map((output) => tensors.add(output, isBinary(output.name, request))).join(',');
  const json =
    `{"model_name":${JSON.stringify(model)},"model_version":${JSON.stringify(version)},` +
    `${id === undefined ? '' : `"id":${JSON.stringify(id)},`}${parametersIn(parameters)}"outputs":[${listed}]}`;
  return tensors.message(json);
}

/** An output's own parameter counts before the request's. */
function isBinary(
  name: string,
  { parameters, outputs }: Pick<InferRequest, 'parameters' | 'outputs'>,
): boolean {
  const wanted = outputs?.find((output: WantedOutput) => output.name === name)?.parameters;
  const own = wanted === undefined ? undefined : parameterOf(wanted, 'binary_data');
  return (own ?? parameterOf(parameters, 'binary_data_output')) === true;
}

/** `"parameters":{…},`, or nothing. */
function parametersIn(parameters: Parameters | undefined): string {
  if (parameters === undefined) return '';
  const keys = Object.keys(parameters);
  if (keys.length === 0) return '';
  for (const key of keys) {
    const value = parameters[key];
    if (typeof value !== 'number' || Number.isFinite(value)) continue;
    throw new RequestError('invalid', `the parameter ${show(key)} is ${value}, which JSON doesn't have`);
  }
  return `"parameters":${JSON.stringify(parameters)},`;
}

const REMEDIES = {
  input: 'send binary tensors (binary: true), to a server that reads them',
  output:
    "request binary tensors, all by the request's parameter 'binary_data_output': true, or one by its own " +
    "'binary_data': true",
} as const;

/** Writes tensors as JSON, and gathers those that follow it. */
class TensorWriter {
  private readonly following: Tensor[] = [];
  private octets = 0;

  constructor(private readonly kind: 'input' | 'output') {}

  /** @returns the tensor's JSON */
  add(tensor: Tensor, binary: boolean): string {
    const { name, datatype, shape, parameters } = tensor;
    const head = `{"name":${JSON.stringify(name)},"shape":[${shape.join(',')}],"datatype":"${datatype}",`;
    if (!binary) {
      const written = () => ({ place: `${this.kind} ${show(name)}`, remedy: REMEDIES[this.kind] });
      return `${head}${parametersIn(parameters)}"data":${writeData(written, tensor)}}`;
    }
    const size = octetsIn(tensor);
    this.following.push(tensor);
    this.octets += size;
    const own = parametersIn({ ...parameters, binary_data_size: size });
    return `${head}${own.slice(0, -1)}}`;
  }

  message(json: string): Message {
    const { following, octets } = this;
    if (following.length === 0) return { headers: { 'content-type': 'application/json' }, body: json };
    const header = new TextEncoder().encode(json);
    const body = new Uint8Array(header.length + octets);
    body.set(header);
    let at = header.length;
    for (const tensor of following) {
      const end = at + octetsIn(tensor);
      writeOctets(tensor, body.subarray(at, end));
      at = end;
    }
    return {
      headers: { 'content-type': 'application/octet-stream', [JSON_LENGTH]: String(header.length) },
      body,
    };
  }
}
