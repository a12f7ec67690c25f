import { Writable } from 'node:stream';

/** Octets in pieces of a size, as streams give them. */
export async function* piecesOf(
  bytes: Uint8Array | string,
  size = 7,
): AsyncGenerator<Uint8Array, void, void> {
  const all = Buffer.from(bytes);
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

/** Keeps what is written. */
export class Kept extends Writable {
  private readonly pieces: Buffer[] = [];

  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    this.pieces.push(piece);
    done();
  }

  /** How often something was written. */
  get writes(): number {
    return this.pieces.length;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }
}
