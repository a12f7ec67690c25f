const ENCODED_WORD = /=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bq])\?([^?\s]*)\?=/gi;

/**
 * A header's text with its encoded words (`=?iso-8859-1?Q?=FCber?=`) decoded: RFC 2047, sections 2, 4 and 6.2.
 * A word in a charset that `TextDecoder` doesn't know stays as it is; bytes that the charset lacks become U+FFFD.
 */
export function decodeWords(text: string): string {
  return text
    .replace(/(\?=)\s+(?==\?[^?\s]+\?[bq]\?)/gi, '$1')
    .replace(ENCODED_WORD, (word: string, charset: string, encoding: string, payload: string) => {
      const bytes = encoding.toLowerCase() === 'b' ? Buffer.from(payload, 'base64') : quoted(payload);
      return decode(bytes, charset) ?? word;
    });
}

function decode(bytes: Buffer, charset: string): string | undefined {
  // TextDecoder treats these as windows-1252, which differs between versions of Node.
  if (/^(iso-8859-1|us-ascii)$/i.test(charset)) return bytes.toString('latin1');
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return undefined;
  }
}

function quoted(payload: string): Buffer {
  const bytes = payload
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1');
}
