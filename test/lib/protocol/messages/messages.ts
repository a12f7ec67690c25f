import { RequestError, type RequestFault } from '../../../../lib/protocol/messages/index.js';

/** A value as the octets of its JSON. */
export function octetsOfJson(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
}

/** JSON, and octets after it. */
export function withBinary(json: unknown, ...parts: readonly ArrayLike<number>[]) {
  const header = octetsOfJson(json);
  const body = Uint8Array.from([...header, ...parts.flatMap((part) => Array.from(part))]);
  return { body, jsonLength: String(header.length) };
}

/** The octets of a typed array. */
export function octetsOfArray(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** The error of a call that must be refused, as `reason: message`. */
export function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof RequestError) return `${error.reason satisfies RequestFault}: ${error.message}`;
    throw error;
  }
  return 'not refused';
}
