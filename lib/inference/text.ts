const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });
/** A byte order mark belongs to the text. */
const exactDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Half of a surrogate pair: UTF-8 has none, and the encoder would write another character. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Text as UTF-8; undefined where it isn't well-formed. */
export function octetsOfText(text: string): Uint8Array<ArrayBuffer> | undefined {
  const octets = encoder.encode(text);
  // As many octets as characters are ASCII.
  return octets.length === text.length || !LONE_SURROGATE.test(text) ? octets : undefined;
}

/** Octets as text; undefined where they aren't UTF-8. */
export function textOf(octets: Uint8Array): string | undefined {
  try {
    return exactDecoder.decode(octets);
  } catch {
    return undefined;
  }
}

/** The same, of a whole JSON document, which may begin with a byte order mark. */
export function documentOf(octets: Uint8Array): string | undefined {
  try {
    return decoder.decode(octets);
  } catch {
    return undefined;
  }
}
