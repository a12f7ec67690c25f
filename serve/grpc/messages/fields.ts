import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { errorText } from '../../../lib/util/errorText.js';

/** Reads one field's value, or answers that it is none of its message's. */
export type ReadField = (reader: BinaryReader, field: number, wire: WireType) => boolean;

/**
 * Reads a message field by field. Unknown fields are skipped, as protobuf wants it.
 *
 * @param what it is, in messages
 * @throws RequestError `invalid` for octets that are no message
 */
export function readMessage(what: string, octets: Uint8Array, read: ReadField): void {
  const reader = new BinaryReader(octets);
  try {
    while (reader.pos < reader.len) {
      const [field, wire] = reader.tag();
      if (!read(reader, field, wire)) reader.skip(wire, field);
    }
    if (reader.pos > reader.len) throw new RangeError('it is cut short');
  } catch (error) {
    if (error instanceof RequestError) throw error;
    const why = errorText(error);
    throw new RequestError('invalid', `the octets are no ${what}: ${why}`, undefined, { cause: error });
  }
}

/** An optional text: protobuf doesn't tell an empty one from none. */
export function orNone(text: string): string | undefined {
  return text === '' ? undefined : text;
}
