/** What stands in a secret's place. */
const MARK = '[key]';
/** Characters of secrets that are looked for in every form. Shorter ones, such as a dummy key, may be words of any text. */
const LEAST = 16;
/** Characters of those that are found as they are, in texts that are only shown. */
const LEAST_SHOWN = 6;
/** Keys that are remembered: one may be another for each request. */
const MOST = 256;

/**
 * A character as texts may write it other than by itself: percent-encoded, or by an escape of JSON, of other languages (`\x41`)
 * or HTML.
 *
 * @see RFC 3986, 2.1; RFC 8259, 7
 */
const ESCAPE = /\\u([0-9a-f]{4})|(?:%|\\x)([0-9a-f]{2})|&#x([0-9a-f]{1,6});|&#(\d{1,7});|\\[bfnrt]/giu;
const CHARACTER = new RegExp(`${ESCAPE.source}|[^]`, ESCAPE.flags);

/**
 * Ways to read a text, a character after the other, so that two spellings of a secret read alike. Case, blanks, characters that
 * aren't seen, accents and forms such as full width are left out of both.
 */
const READINGS: readonly ((text: string) => string)[] = [
  plain,
  // Escapes for what they say, and nothing but letters and digits: what a secret is split by says nothing.
  (text) => plain(text.replace(ESCAPE, spoken)).replace(/[^a-z0-9]+/g, ''),
];

/**
 * Texts that are never kept or shown: keys of an API, and values of headers. They are found in any case, split by blanks, by
 * characters that aren't seen or by punctuation, percent-encoded, with escapes of JSON or HTML, in base64 and in hexadecimal
 * digits. They aren't found spelled backwards, encoded twice, or in letters of another script that look alike.
 */
export class Secrets {
  /** By each secret, its forms in each reading. */
  private readonly known = new Map<string, readonly (readonly string[])[]>();
  /** Those that came one after the other, oldest first. */
  private readonly passing = new Set<string>();

  /** @param given any of them; undefined ones are none */
  constructor(...given: readonly (string | undefined)[]) {
    for (const secret of given) this.keep(secret);
  }

  /** Values of headers, and their words: servers repeat what follows a scheme, such as `Bearer`, or a cookie's name, by itself. */
  addHeaders(headers: object): this {
    for (const value of Object.values<unknown>(headers as Record<string, unknown>)) {
      if (typeof value !== 'string') continue;
      const [, basic] = /^basic\s+([a-z0-9+/]+=*)$/i.exec(value) ?? [];
      const words = basic === undefined ? [] : decoded(basic).split(':');
      const named = value.split(/[\s;]+/).map((word) => word.slice(word.indexOf('=') + 1));
      for (const each of [value, ...value.split(/[\s;=]+/), ...named, ...words]) this.keep(each);
    }
    return this;
  }

  /** One of many keys: those that came long before are forgotten, but none that was given otherwise. */
  add(secret: string | undefined): void {
    if (secret === undefined || !this.keep(secret)) return;
    this.passing.add(secret);
    if (this.passing.size <= MOST) return;
    const [oldest] = this.passing;
    this.passing.delete(oldest);
    this.known.delete(oldest);
  }

  /** @returns whether it is new */
  private keep(secret: string | undefined): boolean {
    if (secret === undefined || secret.length < LEAST_SHOWN || this.known.has(secret)) return false;
    const forms = secret.length < LEAST ? [] : formsOf(secret);
    const read = READINGS.map((reading) => forms.map(reading).filter(({ length }) => length >= LEAST));
    this.known.set(secret, read);
    return true;
  }

  /** A text that is kept, without the secrets of 16 characters or more. */
  outOf(text: string): string {
    const clean = READINGS.reduce((clean, reading, r) => {
      const read = reading(clean);
      const held = [...this.known.values()].flatMap((forms) =>
        forms[r].filter((form) => read.includes(form)),
      );
      return held.length === 0 ? clean : cut(clean, held, reading);
    }, text);
    // Of other scripts than ASCII's the readings leave nothing.
    return this.without(clean, LEAST);
  }

  /** A text that is shown, without those of 6 characters or more as well, where they stand as they are. */
  outOfShown(text: string): string {
    return this.without(this.outOf(text), LEAST_SHOWN);
  }

  /** @param least characters of the secrets */
  private without(text: string, least: number): string {
    let clean = text;
    for (const secret of this.known.keys())
      if (secret.length >= least) clean = clean.replaceAll(secret, MARK);
    return clean;
  }
}

function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[^\x21-\x7e]+/g, '')
    .toLowerCase();
}

/** What an escape stands for: a character of ASCII, or nothing that is read. */
function spoken(_: string, json?: string, percent?: string, hex?: string, decimal?: string): string {
  const digits = json ?? percent ?? hex;
  const code = digits === undefined ? Number(decimal ?? 0) : Number.parseInt(digits, 16);
  return code < 0x80 ? String.fromCharCode(code) : '';
}

/** A secret as it is and encoded. Of base64 that part which doesn't depend on what stands around the secret, at each of three places. */
function formsOf(secret: string): string[] {
  const octets = [...new TextEncoder().encode(secret)];
  const hex = octets.map((octet) => octet.toString(16).padStart(2, '0')).join('');
  const inBase64 = [0, 1, 2].map((before) => {
    const text = btoa(String.fromCharCode(...new Array<number>(before).fill(0), ...octets));
    return text.slice(Math.ceil((before * 4) / 3), Math.floor(((before + octets.length) * 4) / 3));
  });
  // Addresses have other signs in place of `+` and `/`.
  const forAddresses = inBase64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [secret, encodeURIComponent(secret), hex, ...inBase64, ...forAddresses];
}

function decoded(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return '';
  }
}

/** The text with a mark in place of each range that reads as one of the secrets. */
function cut(text: string, secrets: readonly string[], reading: (text: string) => string): string {
  const [froms, tos]: [number[], number[]] = [[], []];
  const parts: string[] = [];
  for (const { 0: character, index } of text.matchAll(CHARACTER)) {
    const part = reading(character);
    parts.push(part);
    for (let i = 0; i < part.length; i++) {
      froms.push(index);
      tos.push(index + character.length);
    }
  }
  const read = parts.join('');
  const ranges = secrets.flatMap((secret) => {
    const own: (readonly [from: number, to: number])[] = [];
    for (let at = read.indexOf(secret); at >= 0; at = read.indexOf(secret, at + 1)) {
      own.push([froms[at], tos[at + secret.length - 1]]);
    }
    return own;
  });
  let [clean, end] = ['', 0];
  for (const [from, to] of ranges.sort(([one], [other]) => one - other)) {
    if (from >= end) clean += text.slice(end, from) + MARK;
    end = Math.max(end, to);
  }
  return clean + text.slice(end);
}
