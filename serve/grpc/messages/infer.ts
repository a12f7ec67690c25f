import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { show } from '../../../lib/check.js';
import {
  type InferRequest,
  type InferResponse,
  type MessageLimits,
  type Parameters,
  RequestError,
  type Tensor,
  TensorReader,
  tensorOctets,
  type WantedOutput,
} from '../../../lib/protocol/messages/index.js';
import { readContents } from './contents.js';
import { orNone, readMessage } from './fields.js';
import { type Entries, parametersOfEntries, readEntry, writeParameters } from './parameters.js';

/** `InferInputTensor`, before its elements are read. */
interface Sent {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly parameters: Parameters;
  /** `InferTensorContents`, if it has any. */
  readonly contents: Uint8Array | undefined;
}

/**
 * `ModelInferRequest`. Elements of raw inputs are views of the message where alignment allows.
 *
 * @throws RequestError `invalid`, naming the tensor, `too-large` over a limit, `unsupported`
 * @see KServe, "Open Inference Protocol: gRPC"; Triton, grpc_service.proto
 */
export function decodeInferRequest(message: Uint8Array, limits: MessageLimits): InferRequest {
  let model = '';
  let version = '';
  let id = '';
  const entries: Entries = [];
  const sent: Sent[] = [];
  const outputs: WantedOutput[] = [];
  const raw: Uint8Array[] = [];
  const add = <Item>(list: Item[], item: Item, what: string) => {
    if (list.length === limits.tensors) {
      throw new RequestError(
        'too-large',
        `there are more than ${limits.tensors} ${what}, which is the limit`,
      );
    }
    list.push(item);
  };
  readMessage('ModelInferRequest', message, (reader, field) => {
    if (field === 1) model = reader.string();
    else if (field === 2) version = reader.string();
    else if (field === 3) id = reader.string();
    else if (field === 4) readEntry(reader.bytes(), entries);
    else if (field === 5) add(sent, readInput(reader.bytes(), limits), 'inputs');
    else if (field === 6) add(outputs, readWanted(reader.bytes()), 'outputs');
    else if (field === 7) add(raw, reader.bytes(), 'raw inputs');
    else return false;
    return true;
  });
  if (outputs.length > 1) refuseTwice(outputs);
  return {
    model,
    version: orNone(version),
    id: orNone(id),
    parameters: parametersOfEntries(entries),
    inputs: tensorsOf(sent, raw, limits),
    outputs: outputs.length === 0 ? undefined : outputs,
  };
}

/**
 * The part of a `ModelInferRequest` without which it can't be refused: reading it takes no longer for large tensors.
 *
 * @throws RequestError `invalid` for octets that are no message, `too-large` over a limit
 */
export function peekInferRequest(
  message: Uint8Array,
): Pick<InferRequest, 'model' | 'version' | 'parameters'> {
  let model = '';
  let version = '';
  const entries: Entries = [];
  readMessage('ModelInferRequest', message, (reader, field) => {
    if (field === 1) model = reader.string();
    else if (field === 2) version = reader.string();
    else if (field === 4) readEntry(reader.bytes(), entries);
    else return false;
    return true;
  });
  return { model, version: orNone(version), parameters: parametersOfEntries(entries) };
}

function tensorsOf(sent: readonly Sent[], raw: readonly Uint8Array[], limits: MessageLimits): Tensor[] {
  const tensors = new TensorReader('input', limits);
  const isRaw = raw.length > 0;
  if (isRaw && raw.length !== sent.length) {
    throw new RequestError(
      'invalid',
      `there are ${sent.length} inputs and ${raw.length} raw_input_contents; expected one for each input`,
    );
  }
  return sent.map((input, i) => {
    const { name, contents, parameters } = input;
    if (isRaw && contents !== undefined && contents.length > 0) {
      throw new RequestError(
        'invalid',
        `input ${show(name)} has contents beside raw_input_contents; expected one of them for all inputs`,
      );
    }
    const tensor = isRaw
      ? tensors.ofOctets(input, raw[i])
      : tensors.ofValues(input, readContents(input, contents ?? EMPTY, limits));
    return isEmpty(parameters) ? tensor : { ...tensor, parameters };
  });
}

const EMPTY = new Uint8Array(0);

function readInput(message: Uint8Array, limits: MessageLimits): Sent {
  let name = '';
  let datatype = '';
  const shape: number[] = [];
  const entries: Entries = [];
  let contents: Uint8Array | undefined;
  readMessage('InferInputTensor', message, (reader, field, wire) => {
    if (field === 1) name = reader.string();
    else if (field === 2) datatype = reader.string();
    else if (field === 3) readSizes(reader, wire, shape, limits);
    else if (field === 4) readEntry(reader.bytes(), entries);
    else if (field === 5) contents = reader.bytes();
    else return false;
    return true;
  });
  const parameters = parametersOfEntries(entries);
  if (Object.hasOwn(parameters, 'shared_memory_region')) {
    throw new RequestError(
      'unsupported',
      `input ${show(name)} is in shared memory, which isn't supported: send its contents`,
    );
  }
  return { name, datatype, shape, parameters, contents };
}

/** Sizes, packed or one by one. */
function readSizes(reader: BinaryReader, wire: WireType, shape: number[], limits: MessageLimits): void {
  const sizes = wire === WireType.LengthDelimited ? new BinaryReader(reader.bytes()) : reader;
  do {
    if (sizes.pos < sizes.len) shape.push(Number(sizes.int64()));
    if (shape.length > limits.depth) {
      throw new RequestError('too-large', `a shape has more than ${limits.depth} sizes, which is the limit`);
    }
  } while (sizes !== reader && sizes.pos < sizes.len);
}

function readWanted(message: Uint8Array): WantedOutput {
  let name = '';
  const entries: Entries = [];
  readMessage('InferRequestedOutputTensor', message, (reader, field) => {
    if (field === 1) name = reader.string();
    else if (field === 2) readEntry(reader.bytes(), entries);
    else return false;
    return true;
  });
  const parameters = parametersOfEntries(entries);
  if (Object.hasOwn(parameters, 'shared_memory_region')) {
    throw new RequestError(
      'unsupported',
      `output ${show(name)} is wanted in shared memory, which isn't supported`,
    );
  }
  return isEmpty(parameters) ? { name } : { name, parameters };
}

function refuseTwice(outputs: readonly WantedOutput[]): void {
  const names = outputs.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return;
  throw new RequestError('invalid', `output ${show(twice)} is named more than once`);
}

function isEmpty(parameters: Parameters): boolean {
  return Object.keys(parameters).length === 0;
}

/** `ModelInferResponse`. Outputs are raw: all clients read that, and some nothing else. */
export function encodeInferResponse(response: InferResponse): BinaryWriter {
  const { LengthDelimited } = WireType;
  const out = new BinaryWriter();
  out.tag(1, LengthDelimited).string(response.model);
  out.tag(2, LengthDelimited).string(response.version);
  if (response.id !== undefined) out.tag(3, LengthDelimited).string(response.id);
  writeParameters(out, 4, response.parameters);
  for (const { name, datatype, shape, parameters } of response.outputs) {
    out.tag(5, LengthDelimited).fork();
    out.tag(1, LengthDelimited).string(name);
    out.tag(2, LengthDelimited).string(datatype);
    out.tag(3, LengthDelimited).fork();
    for (const size of shape) out.int64(size);
    out.join();
    if (parameters !== undefined) writeParameters(out, 4, parameters);
    out.join();
  }
  for (const output of response.outputs) out.tag(6, LengthDelimited).bytes(tensorOctets(output));
  return out;
}
