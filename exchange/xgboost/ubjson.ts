import { ArtifactError } from '../../lib/errors.js';

const DEEPEST = 32;

/** How numbers lie in the file, big-endian, by marker. */
const NUMBERS: Readonly<Record<string, { bytes: number; read(view: DataView, at: number): number }>> = {
  i: { bytes: 1, read: (view, at) => view.getInt8(at) },
  U: { bytes: 1, read: (view, at) => view.getUint8(at) },
  I: { bytes: 2, read: (view, at) => view.getInt16(at) },
  l: { bytes: 4, read: (view, at) => view.getInt32(at) },
  L: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at)) },
  d: { bytes: 4, read: (view, at) => view.getFloat32(at) },
  D: { bytes: 8, read: (view, at) => view.getFloat64(at) },
};

/**
 * Universal Binary JSON (draft 12) as values of JSON; lists of numbers of one type come as a Float64Array.
 *
 * Work and memory are in proportion to the file: every value takes at least a byte of it, and nothing is made room for
 * before it is known to be there.
 *
 * @throws ArtifactError `damaged`, for any invalid bytes
 */
export function parseUbjson(bytes: Uint8Array): unknown {
  return new Reader(bytes).whole();
}

class Reader {
  private at = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  whole(): unknown {
    const value = this.value(this.marker(), 0);
    if (this.at !== this.bytes.length) throw this.wrong(`${this.bytes.length - this.at} bytes too many`);
    return value;
  }

  private value(marker: string, depth: number): unknown {
    if (depth > DEEPEST) throw this.wrong(`values nested more than ${DEEPEST} deep`);
    const number = NUMBERS[marker];
    if (number !== undefined) return number.read(this.view, this.take(number.bytes));
    switch (marker) {
      case '{':
        return this.object(depth);
      case '[':
        return this.list(depth);
      case 'S':
        return this.text();
      case 'C':
        return String.fromCharCode(this.view.getUint8(this.take(1)));
      case 'T':
        return true;
      case 'F':
        return false;
      case 'Z':
        return null;
    }
    throw this.wrong(`a marker ${JSON.stringify(marker)}`);
  }

  private object(depth: number): unknown {
    const members: [string, unknown][] = [];
    const { type, count } = this.head();
    for (let i = 0; count === undefined ? !this.ends('}') : i < count; i++) {
      const name = this.text();
      members.push([name, this.value(type ?? this.marker(), depth + 1)]);
    }
    // fromEntries, unlike assignment, takes '__proto__' for a name as good as any.
    return Object.fromEntries(members);
  }

  private list(depth: number): unknown {
    const { type, count } = this.head();
    const number = type === undefined ? undefined : NUMBERS[type];
    if (number !== undefined && count !== undefined) {
      const from = this.take(count * number.bytes);
      return Float64Array.from({ length: count }, (_, i) => number.read(this.view, from + i * number.bytes));
    }
    const items: unknown[] = [];
    for (let i = 0; count === undefined ? !this.ends(']') : i < count; i++) {
      items.push(this.value(type ?? this.marker(), depth + 1));
    }
    return items;
  }

  /** A container's type and count, if declared. */
  private head(): { type?: string; count?: number } {
    const type = this.skips('$') ? this.marker() : undefined;
    if (!this.skips('#')) {
      if (type !== undefined) throw this.wrong('a typed container without a count');
      return {};
    }
    const count = this.length();
    // A value of a type without bytes could be there any number of times.
    if (type !== undefined && NUMBERS[type] === undefined && !'{[SC'.includes(type)) {
      throw this.wrong(`a container of type ${JSON.stringify(type)}`);
    }
    if (count > this.bytes.length - this.at) throw this.wrong(`a container of ${count} values`);
    return type === undefined ? { count } : { type, count };
  }

  private text(): string {
    const length = this.length();
    const from = this.take(length);
    return new TextDecoder().decode(this.bytes.subarray(from, from + length));
  }

  private length(): number {
    const marker = this.marker();
    const number = 'iUIlL'.includes(marker) ? NUMBERS[marker] : undefined;
    if (number === undefined) throw this.wrong(`a length of type ${JSON.stringify(marker)}`);
    const length = number.read(this.view, this.take(number.bytes));
    if (length < 0) throw this.wrong(`a length ${length}`);
    return length;
  }

  private ends(closing: string): boolean {
    if (this.at >= this.bytes.length) throw this.wrong('no end');
    return this.skips(closing);
  }

  private skips(marker: string): boolean {
    if (this.bytes[this.at] !== marker.charCodeAt(0)) return false;
    this.at++;
    return true;
  }

  private marker(): string {
    let code: number;
    do code = this.bytes[this.take(1)];
    while (code === 'N'.charCodeAt(0));
    return String.fromCharCode(code);
  }

  /** Advances by `bytes`; returns the position before. */
  private take(bytes: number): number {
    const from = this.at;
    if (!(bytes <= this.bytes.length - from)) throw this.wrong('no end: it is cut short');
    this.at += bytes;
    return from;
  }

  private wrong(what: string): ArtifactError {
    return new ArtifactError('damaged', `the UBJSON has ${what}, at byte ${this.at}`);
  }
}
