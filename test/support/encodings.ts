import type { TextEncoding } from '../../entries/data.js';

/** Characters of Windows-1252 where Latin-1 has controls, as Microsoft's table has them. */
export const WINDOWS_1252: ReadonlyMap<number, string> = new Map(
  [...'€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ'].map((text, i) => [
    [...Array(32).keys()].map((k) => 0x80 + k).filter((k) => ![0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(k))[i],
    text,
  ]),
);
const octets = new Map(Array.from(WINDOWS_1252, ([octet, text]) => [text, octet]));

/** A text in an encoding. @param isMarked whether a byte order mark begins it, where the encoding may have one */
export function encoded(text: string, encoding: TextEncoding, isMarked = encoding === 'utf-16'): Buffer {
  if (encoding === 'windows-1252')
    return Buffer.from([...text].map((each) => octets.get(each) ?? each.charCodeAt(0)));
  if (encoding === 'latin1' || encoding === 'iso-8859-1') return Buffer.from(text, 'latin1');
  const marked = isMarked || encoding === 'utf-16' ? `\ufeff${text}` : text;
  if (encoding === 'utf-8') return Buffer.from(marked);
  const bytes = Buffer.from(marked, 'utf16le');
  return encoding === 'utf-16be' ? bytes.swap16() : bytes;
}
