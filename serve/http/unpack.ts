import { createGunzip, createInflate } from 'node:zlib';
import { RequestError } from '../../lib/protocol/messages/index.js';
import { type IntakePlace, noRoom } from '../intake/index.js';
import { joinChunks } from './chunks.js';
import type { Encoding } from './encodings.js';

const CHUNK = 64 * 1024;

/**
 * Unpacks a body. It stops as soon as more comes out than the limit allows, or than all bodies together may take.
 *
 * The unpacked octets are held at the request's place.
 *
 * @throws RequestError `too-large`, `overloaded`, or `invalid` for what isn't packed so or is cut
 */
export function unpack(
  packed: Uint8Array,
  encoding: Encoding,
  limit: number,
  place: IntakePlace,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream =
      encoding === 'gzip' ? createGunzip({ chunkSize: CHUNK }) : createInflate({ chunkSize: CHUNK });
    const chunks: Buffer[] = [];
    let octets = 0;
    const stop = (error: RequestError) => {
      stream.destroy();
      reject(error);
    };
    stream.on('data', (chunk: Buffer) => {
      if (octets + chunk.length > limit) {
        stop(tooLarge(limit));
      } else if (!place.take(chunk.length)) {
        stop(noRoom());
      } else {
        octets += chunk.length;
        chunks.push(chunk);
      }
    });
    stream.on('error', (error) => {
      stop(
        new RequestError('invalid', `the body isn't ${encoding}: ${error.message}`, undefined, {
          cause: error,
        }),
      );
    });
    stream.on('end', () => resolve(joinChunks(chunks, octets, place)));
    stream.end(packed);
  });
}

/** A body over the limit. */
export function tooLarge(limit: number): RequestError {
  return new RequestError('too-large', `the body is larger than ${limit} octets, which is the limit`);
}
