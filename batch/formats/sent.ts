import type { Writable } from 'node:stream';

/** Writes a piece, and waits until it has been taken. @throws the stream's error */
export function sent(stream: Writable, piece: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}
