import type { JsonValue } from '../../util/state.js';
import { dtypes, type TensorType, typeOf } from './dtypes.js';
import { damagedArtifact, lengthBytes } from './seal.js';

/** The most that the reference reader of safetensors accepts. */
export const longestHeader = 100_000_000;

export const metadataKey = '__metadata__';

/** A tensor's place in the file's data, in bytes from the data's start. */
export interface Slot {
  readonly name: string;
  readonly type: TensorType;
  readonly start: number;
  readonly length: number;
}

export interface Header {
  readonly json: JsonValue;
  readonly slots: readonly Slot[];
  /** Offset of the data, in bytes from the file's start: a multiple of 8. */
  readonly dataStart: number;
}

/**
 * Reads and checks the header of a verified file. A digest is no signature, so nothing in the header is trusted: the
 * slots that come back lie inside the file, are aligned to their elements, and cover its data once, without gaps.
 *
 * @throws ArtifactError `damaged`
 */
export function readHeader(bytes: Uint8Array): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(4, true) * 2 ** 32 + view.getUint32(0, true);
  const room = Math.min(bytes.length - lengthBytes, longestHeader);
  if (length > room || length % 8 !== 0) {
    throw damagedArtifact(`its header has ${length} bytes: expected a multiple of 8 up to ${room}`);
  }
  const dataStart = lengthBytes + length;
  const { [metadataKey]: metadata, ...tensors } = parse(bytes.subarray(lengthBytes, dataStart));
  if (!isRecord(metadata) || typeof metadata.json !== 'string')
    throw damagedArtifact('its header holds no JSON state');
  return {
    json: parseJson(metadata.json, 'its JSON state'),
    slots: readSlots(tensors, bytes.length - dataStart),
    dataStart,
  };
}

function readSlots(tensors: Record<string, unknown>, size: number): Slot[] {
  const slots = Object.entries(tensors).map(([name, entry]) => readSlot(name, entry));
  slots.sort((a, b) => a.start - b.start || a.length - b.length);
  let end = 0;
  for (const { name, type, start, length } of slots) {
    if (start !== end) {
      throw damagedArtifact(
        `tensor '${name}' begins at byte ${start} of the data, where the one before ends at ${end}`,
      );
    }
    if (start % type.BYTES_PER_ELEMENT !== 0) {
      throw damagedArtifact(
        `tensor '${name}' begins at byte ${start} of the data, between two of its elements`,
      );
    }
    end = start + length * type.BYTES_PER_ELEMENT;
    if (end > size)
      throw damagedArtifact(`tensor '${name}' ends at byte ${end} of the data, which has ${size}`);
  }
  if (end !== size) throw damagedArtifact(`its tensors fill ${end} of ${size} bytes`);
  return slots;
}

function readSlot(name: string, entry: unknown): Slot {
  if (!isRecord(entry)) throw damagedArtifact(`tensor '${name}' isn't described by an object`);
  const type = typeof entry.dtype === 'string' ? typeOf(entry.dtype) : undefined;
  if (type === undefined)
    throw damagedArtifact(`tensor '${name}' has a dtype that is none of ${dtypes.join(', ')}`);
  const length = counts(entry.shape, 1)?.[0];
  if (length === undefined) throw damagedArtifact(`tensor '${name}' has a shape that isn't [length]`);
  const [start, end] = counts(entry.data_offsets, 2) ?? [];
  if (start === undefined || end === undefined) {
    throw damagedArtifact(`tensor '${name}' has data_offsets that aren't [start, end]`);
  }
  if (end - start !== length * type.BYTES_PER_ELEMENT) {
    throw damagedArtifact(
      `tensor '${name}' has ${end - start} bytes, where its shape takes ${length * type.BYTES_PER_ELEMENT}`,
    );
  }
  return { name, type, start, length };
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw damagedArtifact("its header isn't UTF-8", { cause });
  }
  const header = parseJson(text, 'its header');
  if (!isRecord(header)) throw damagedArtifact("its header isn't a JSON object");
  return header;
}

function parseJson(text: string, what: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw damagedArtifact(`${what} isn't JSON`, { cause });
  }
}

function counts(value: unknown, length: number): number[] | undefined {
  if (!Array.isArray(value) || value.length !== length) return undefined;
  return value.every((item) => Number.isSafeInteger(item) && item >= 0) ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
