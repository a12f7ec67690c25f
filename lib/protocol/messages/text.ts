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
 * Several texts as UTF-8, in memory that they share: memory of its own costs more than the octets of a short text.
 * Undefined where one isn't well-formed.
 */
export function octetsOfTexts(texts: readonly string[]): Uint8Array<ArrayBuffer>[] | undefined {
  let characters = 0;
  for (const text of texts) characters += text.length;
  // ASCII has as many octets as characters, and other texts often few more.
  let room = 0;
  let all = new Uint8Array(characters);
  const parts: Uint8Array<ArrayBuffer>[] = new Array(texts.length);
  let at = 0;
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i];
    let { read, written } = encoder.encodeInto(text, at === 0 ? all : all.subarray(at));
    while (read < text.length) {
      all = new Uint8Array(Math.ceil(ROOMS[room++] * characters) + 2 * text.length);
      at = 0;
      ({ read, written } = encoder.encodeInto(text, all));
    }
    if (written !== read && LONE_SURROGATE.test(text)) return undefined;
    characters -= text.length;
    parts[i] = all.subarray(at, at + written);
    at += written;
  }
  return parts;
}

/** Octets a character that memory is made for: the last are enough for all texts. */
const ROOMS = [9 / 8, 3];

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
