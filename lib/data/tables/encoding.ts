import { isUtf8 } from 'node:buffer';
import { checkOneOf } from '../../check.js';

export const ENCODINGS = [
  ...['utf-8', 'latin1', 'iso-8859-1', 'windows-1252'],
  ...['utf-16', 'utf-16le', 'utf-16be'],
] as const;

/**
 * What the octets of a text stand for. `latin1` and `iso-8859-1` are one; `windows-1252` differs from it from 0x80 to
 * 0x9F. `utf-16` needs a byte order mark, which says whether it is `utf-16le` or `utf-16be`.
 */
export type TextEncoding = (typeof ENCODINGS)[number];

/** @throws OptionError for what is no encoding that is read */
export function checkEncoding(encoding: unknown): asserts encoding is TextEncoding | undefined {
  if (encoding !== undefined) checkOneOf('encoding', encoding, ENCODINGS);
}

/** Whether two octets are a unit of the encoding. */
export function isWide(encoding: TextEncoding): boolean {
  return encoding.startsWith('utf-16');
}

/** Makes the error of an octet that stands for no character. */
export type WrongText = (why: string) => Error;

/** Octets that a mark has, at most. */
const LONGEST_MARK = 3;
const MARKS = [
  ['utf-8', '\xef\xbb\xbf'],
  ['utf-16le', '\xff\xfe'],
  ['utf-16be', '\xfe\xff'],
] as const;

/**
 * How the text that begins so is encoded, and the octets of its byte order mark.
 *
 * @throws what `wrong` makes, where the mark says something else, or is missing and needed
 */
export function markOf(start: Uint8Array, encoding: TextEncoding, wrong: WrongText) {
  const begin = Buffer.from(start.subarray(0, LONGEST_MARK)).toString('latin1');
  const [marked, mark = ''] = MARKS.find(([, mark]) => begin.startsWith(mark)) ?? [];
  const isMeant = encoding === 'utf-16' ? marked?.startsWith(encoding) : marked === encoding;
  if (marked !== undefined && isMeant) return { encoding: marked, length: mark.length };
  if (marked !== undefined)
    throw wrong(`begins with the byte order mark of ${marked}, and isn't ${encoding}: ${hint(marked)}`);
  if (encoding === 'utf-16') throw wrong('has no byte order mark: name utf-16le or utf-16be as the encoding');
  // Its first characters are of ASCII: zeros beside them, which other texts don't have.
  const [, before, after] = isWide(encoding) ? [] : (/^(?:(\0)[^\0]\0|[^\0](\0)[^\0])/.exec(begin) ?? []);
  const wide = before !== undefined ? 'utf-16be' : after !== undefined ? 'utf-16le' : undefined;
  if (wide !== undefined) throw wrong(`looks like ${wide}, without its byte order mark: ${hint(wide)}`);
  return { encoding, length: 0 };
}

function hint(encoding: TextEncoding): string {
  return `name the text's encoding, as encoding: '${encoding}' or --encoding ${encoding} does`;
}

/**
 * A text in pieces as UTF-8 without a byte order mark, whatever it is encoded in. Characters may be cut by the pieces.
 * What comes before an octet that stands for no character is given before that is refused.
 *
 * @param from position of the first octet in its file: a mark may begin it at 0
 * @throws what `wrong` makes
 */
export async function* asUtf8(
  pieces: AsyncIterable<Uint8Array>,
  encoding: TextEncoding,
  wrong: WrongText,
  from = 0,
): AsyncGenerator<Buffer, void, void> {
  let known = from === 0 ? undefined : encoding;
  let begun: Buffer = Buffer.alloc(0);
  let octet = from;
  function* decoded(isEnd: boolean): Generator<Buffer, void, void> {
    if (known === undefined) {
      const mark = markOf(begun, encoding, wrong);
      known = mark.encoding;
      begun = begun.subarray(mark.length);
      octet += mark.length;
    }
    const { text, taken, isFault } = decoderOf(known)(begun, known);
    if (text.length > 0) yield text;
    begun = begun.subarray(taken);
    octet += taken;
    if (!isFault && !(isEnd && begun.length > 0)) return;
    const shown = begun[0].toString(16).padStart(2, '0').toUpperCase();
    const other = known === 'utf-8' ? 'windows-1252' : 'utf-8';
    const name = known.startsWith('utf') ? known.toUpperCase() : known;
    throw wrong(`isn't text in ${name}: octet ${octet} is 0x${shown}; ${hint(other)}`);
  }
  for await (const piece of pieces) {
    begun = begun.length > 0 ? Buffer.concat([begun, piece]) : bufferOf(piece);
    if (known !== undefined || begun.length >= LONGEST_MARK) yield* decoded(false);
  }
  if (begun.length > 0) yield* decoded(true);
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array) {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** @returns the text of whole characters in UTF-8, the octets that it was, and whether what follows can be none */
type Decode = (
  bytes: Buffer,
  encoding: TextEncoding,
) => { readonly text: Buffer; readonly taken: number; readonly isFault: boolean };

function decoderOf(encoding: TextEncoding): Decode {
  if (encoding === 'utf-8') return fromUtf8;
  return isWide(encoding) ? fromUtf16 : fromSingle;
}

const fromUtf8: Decode = (bytes) => {
  const end = wholeEnd(bytes, bytes.length);
  if (isUtf8(bytes.subarray(0, end))) return { text: bytes.subarray(0, end), taken: end, isFault: false };
  let [good, bad] = [0, end];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(bytes.subarray(0, wholeEnd(bytes, middle)))) good = middle;
    else bad = middle;
  }
  const taken = wholeEnd(bytes, good);
  return { text: bytes.subarray(0, taken), taken, isFault: true };
};

/** Where the last character of so many octets ends that isn't cut. */
function wholeEnd(bytes: Buffer, length: number): number {
  for (let back = 1; back <= Math.min(3, length); back++) {
    const octet = bytes[length - back];
    if (octet >> 6 === 0b10) continue;
    const needed = octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : octet >= 0xc0 ? 2 : 1;
    return needed > back ? length - back : length;
  }
  return length;
}

/** From 0x80 on, where Windows-1252 has others than Latin-1. Five octets are none (https://encoding.spec.whatwg.org has them as controls). */
const WINDOWS =
  '\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f\x90' +
  '\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178';

const fromSingle: Decode = (bytes, encoding) => {
  let text = bytes.toString('latin1');
  let fault = -1;
  if (encoding === 'windows-1252') {
    fault = text.search(/[\x81\x8d\x8f\x90\x9d]/);
    if (fault >= 0) text = text.slice(0, fault);
    text = text.replace(/[\x80-\x9f]/g, (octet) => WINDOWS[octet.charCodeAt(0) - 0x80]);
  }
  return { text: Buffer.from(text), taken: fault < 0 ? bytes.length : fault, isFault: fault >= 0 };
};

const fromUtf16: Decode = (bytes, encoding) => {
  const even = bytes.subarray(0, bytes.length & ~1);
  const all = (encoding === 'utf-16be' ? Buffer.from(even).swap16() : even).toString('utf16le');
  // Of a pair, the other half may be in the next piece.
  const last = all.charCodeAt(all.length - 1);
  const whole = last >= 0xd800 && last < 0xdc00 ? all.slice(0, -1) : all;
  const fault = whole.search(/\p{Surrogate}/u);
  const text = fault < 0 ? whole : whole.slice(0, fault);
  return { text: Buffer.from(text), taken: 2 * text.length, isFault: fault >= 0 };
};

/** Whole lines of a text in UTF-8, without the last one's end, as they come. @param most octets of a line */
export async function* wholeLines(
  pieces: AsyncIterable<Buffer>,
  tooLong?: { readonly most: number; readonly error: () => Error },
): AsyncGenerator<string, void, void> {
  let begun: Buffer[] = [];
  let octets = 0;
  for await (const piece of pieces) {
    const end = piece.lastIndexOf(0x0a);
    if (end >= 0) {
      yield Buffer.concat([...begun, piece.subarray(0, end)]).toString();
      begun = [];
      octets = 0;
    }
    begun.push(piece.subarray(end + 1));
    octets += piece.length - end - 1;
    if (tooLong && octets > tooLong.most) throw tooLong.error();
  }
  if (octets > 0) yield Buffer.concat(begun).toString();
}
