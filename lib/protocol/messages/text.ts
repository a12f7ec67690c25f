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

/**
 * Several texts as UTF-8, in memory that they share: a call of the encoder costs more than the octets of a short
 * text. Undefined where one isn't well-formed.
 */
export function octetsOfTexts(texts: readonly string[]): Uint8Array[] | undefined {
  const all = encoder.encode(texts.join(''));
  let characters = 0;
  for (const text of texts) characters += text.length;
  // As many octets as characters are ASCII.
  const isAscii = all.length === characters;
  const parts: Uint8Array[] = new Array(texts.length);
  let at = 0;
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    // Halves of a pair in two texts make a whole one where they are joined.
    if (!isAscii && LONE_SURROGATE.test(text)) return undefined;
    const length = isAscii ? text.length : encoder.encodeInto(text, all.subarray(at)).written;
    parts[i] = all.subarray(at, at + length);
    at += length;
  }
  return parts;
}

/** Octets as text; undefined where they aren't UTF-8. */
export function utf8Text(octets: Uint8Array): string | undefined {
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
