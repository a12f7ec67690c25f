import { type BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type Parameters, RequestError } from '../../../lib/protocol/messages/index.js';
import { readMessage } from './fields.js';

type Parameter = Parameters[string];

/** Entries of a message's map, before they become one object. */
export type Entries = [string, Parameter][];

/** Parameters that a message, or a tensor, may have. */
const MOST = 256;

/** Adds an entry of a map of parameters. @throws RequestError `invalid`, `too-large` */
export function readEntry(octets: Uint8Array, entries: Entries): void {
  if (entries.length === MOST) {
    throw new RequestError('too-large', `there are more than ${MOST} parameters, which is the limit`);
  }
  let key = '';
  let value: Parameter | undefined;
  readMessage('map entry', octets, (reader, field) => {
    if (field === 1) key = reader.string();
    else if (field === 2) value = readParameter(reader.bytes());
    else return false;
    return true;
  });
  // A parameter without a choice says nothing.
  if (value !== undefined) entries.push([key, value]);
}

/** `InferParameter`: the last choice counts. */
function readParameter(octets: Uint8Array): Parameter | undefined {
  let value: Parameter | undefined;
  readMessage('InferParameter', octets, (reader, field) => {
    if (field === 1) value = reader.bool();
    else if (field === 2) value = exact(reader.int64());
    else if (field === 3) value = reader.string();
    else if (field === 4) value = reader.double();
    else if (field === 5) value = exact(reader.uint64());
    else return false;
    return true;
  });
  return value;
}

function exact(whole: bigint | string): number {
  const number = Number(whole);
  if (Number.isSafeInteger(number)) return number;
  throw new RequestError('invalid', `a parameter is ${whole}: expected a whole number up to 2^53`);
}

/** Parameters as an object. `__proto__` is a name like others. */
export function parametersOfEntries(entries: Entries): Parameters {
  return Object.fromEntries(entries);
}

/** Writes parameters as a map field. */
export function writeParameters(out: BinaryWriter, field: number, parameters: Parameters): void {
  for (const key of Object.keys(parameters)) {
    out.tag(field, WireType.LengthDelimited).fork();
    out.tag(1, WireType.LengthDelimited).string(key);
    out.tag(2, WireType.LengthDelimited).fork();
    const value = parameters[key];
    if (typeof value === 'boolean') out.tag(1, WireType.Varint).bool(value);
    else if (typeof value === 'string') out.tag(3, WireType.LengthDelimited).string(value);
    else if (Number.isSafeInteger(value)) out.tag(2, WireType.Varint).int64(value);
    else {
      // KServe's messages have no choice for doubles, so its clients read the text; others the last choice.
      out.tag(3, WireType.LengthDelimited).string(String(value));
      out.tag(4, WireType.Bit64).double(value);
    }
    out.join().join();
  }
}
