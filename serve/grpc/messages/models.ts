import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  type Duration,
  labelsText,
  type ModelMetadata,
  type ModelState,
  type ModelStatistics,
  RequestError,
  type ServerMetadata,
  type TensorMetadata,
} from '../../../lib/protocol/messages/index.js';
import { orNone, readMessage } from './fields.js';
import { writeParameters } from './parameters.js';

const { LengthDelimited, Varint } = WireType;

/** Which model is meant, and which of its versions. */
export interface Named {
  readonly name: string;
  readonly version: string | undefined;
}

/** `ModelReadyRequest`, `ModelMetadataRequest` and `ModelStatisticsRequest`. */
export function readNamed(message: Uint8Array): Named {
  let name = '';
  let version = '';
  readMessage('request with a model’s name', message, (reader, field) => {
    if (field === 1) name = reader.string();
    else if (field === 2) version = reader.string();
    else return false;
    return true;
  });
  return { name, version: orNone(version) };
}

/** `RepositoryIndexRequest`: whether only models that are ready are wanted. */
export function decodeIndexRequest(message: Uint8Array): boolean {
  let ready = false;
  readMessage('RepositoryIndexRequest', message, (reader, field) => {
    if (field === 1) refuseRepository(reader.string());
    else if (field === 2) ready = reader.bool();
    else return false;
    return true;
  });
  return ready;
}

/** `RepositoryModelLoadRequest` and `RepositoryModelUnloadRequest`. */
export interface LoadRequest {
  readonly name: string;
  /** Names of its parameters. */
  readonly parameters: readonly string[];
}

/** Triton's has the model in field 2, after a repository's name; KServe's has it in field 1, and no repositories. */
export function readLoadRequest(message: Uint8Array): LoadRequest {
  let first = '';
  let name: string | undefined;
  const parameters: string[] = [];
  readMessage('request to load a model', message, (reader, field) => {
    if (field === 1) first = reader.string();
    else if (field === 2) name = reader.string();
    else if (field === 3) parameters.push(readKey(reader.bytes()));
    else return false;
    return true;
  });
  if (name === undefined) return { name: first, parameters };
  refuseRepository(first);
  return { name, parameters };
}

function readKey(entry: Uint8Array): string {
  let key = '';
  readMessage('map entry', entry, (reader, field) => {
    if (field !== 1) return false;
    key = reader.string();
    return true;
  });
  return key;
}

function refuseRepository(name: string): void {
  if (name !== '') throw new RequestError('unsupported', 'there is one repository, which has no name');
}

/** `ServerLiveResponse`, `ServerReadyResponse` and `ModelReadyResponse`. */
export function writeFlag(is: boolean): BinaryWriter {
  return new BinaryWriter().tag(1, Varint).bool(is);
}

/** `ServerMetadataResponse`. */
export function encodeServerMetadata({ name, version, extensions }: ServerMetadata): BinaryWriter {
  const out = new BinaryWriter();
  out.tag(1, LengthDelimited).string(name);
  out.tag(2, LengthDelimited).string(version);
  for (const extension of extensions) out.tag(3, LengthDelimited).string(extension);
  return out;
}

/** `ModelMetadataResponse`. Dialects differ on fields from 6 on, so there are none. */
export function encodeModelMetadata({
  name,
  versions,
  platform,
  inputs,
  outputs,
}: ModelMetadata): BinaryWriter {
  const out = new BinaryWriter();
  out.tag(1, LengthDelimited).string(name);
  for (const version of versions) out.tag(2, LengthDelimited).string(version);
  out.tag(3, LengthDelimited).string(platform);
  for (const input of inputs) writeTensor(out, 4, input);
  for (const output of outputs) writeTensor(out, 5, output);
  return out;
}

/** Parameters of tensors are MLServer's; other clients pass over them. */
function writeTensor(out: BinaryWriter, field: number, tensor: TensorMetadata): void {
  const { name, datatype, shape, labels } = tensor;
  out.tag(field, LengthDelimited).fork();
  out.tag(1, LengthDelimited).string(name);
  out.tag(2, LengthDelimited).string(datatype);
  out.tag(3, LengthDelimited).fork();
  for (const size of shape) out.int64(size);
  out.join();
  if (labels !== undefined) writeParameters(out, 4, { labels: labelsText(labels) });
  out.join();
}

/** `ModelStatisticsResponse`. */
export function encodeStatistics(models: readonly ModelStatistics[]): BinaryWriter {
  const out = new BinaryWriter();
  for (const model of models) {
    out.tag(1, LengthDelimited).fork();
    out.tag(1, LengthDelimited).string(model.name);
    out.tag(2, LengthDelimited).string(model.version);
    out.tag(3, Varint).uint64(Math.round(model.lastInference));
    out.tag(4, Varint).uint64(model.rows);
    out.tag(5, Varint).uint64(model.executions);
    out.tag(6, LengthDelimited).fork();
    writeDuration(out, 1, model.success);
    writeDuration(out, 2, model.fail);
    writeDuration(out, 3, model.queue);
    writeDuration(out, 5, model.compute);
    out.join().join();
  }
  return out;
}

/** `StatisticDuration`. */
function writeDuration(out: BinaryWriter, field: number, { count, nanoseconds }: Duration): void {
  out.tag(field, LengthDelimited).fork();
  out.tag(1, Varint).uint64(count);
  out.tag(2, Varint).uint64(Math.round(nanoseconds));
  out.join();
}

/** `RepositoryIndexResponse`. */
export function encodeIndex(models: readonly ModelState[]): BinaryWriter {
  const out = new BinaryWriter();
  for (const { name, version, state, reason } of models) {
    out.tag(1, LengthDelimited).fork();
    out.tag(1, LengthDelimited).string(name);
    out.tag(2, LengthDelimited).string(version);
    out.tag(3, LengthDelimited).string(state);
    out.tag(4, LengthDelimited).string(reason);
    out.join();
  }
  return out;
}

/** `RepositoryModelLoadResponse` and its like: empty at Triton; KServe's has the name, and whether it was done. */
export function writeLoaded(name: string): BinaryWriter {
  return new BinaryWriter().tag(1, LengthDelimited).string(name).tag(2, Varint).bool(true);
}
