import type { IncomingMessage } from 'node:http';
import { RequestError } from '../../lib/inference/index.js';
import type { OctetBudget } from '../octets.js';
import { encodingOf } from './encodings.js';
import { noRoom, tooLarge, unpack } from './unpack.js';

/** What a body may hold. */
export interface BodyLimits {
  /** Octets as they are sent. */
  readonly bodyOctets: number;
  /** Octets once they are unpacked. */
  readonly unpackedOctets: number;
}

/** A body in memory. */
export interface Body {
  readonly octets: Uint8Array;
  /** Octets to give back to the budget when nobody reads the body any more. */
  readonly held: number;
}

/**
 * Reads a request's body and unpacks it.
 *
 * @throws RequestError `too-large`, before reading where the length is declared; `overloaded`; `unsupported` for another
 *   encoding; `cancelled` if the client leaves
 */
export async function readBody(
  request: IncomingMessage,
  limits: BodyLimits,
  budget: OctetBudget,
): Promise<Body> {
  const encoding = encodingOf(request.headers['content-encoding']);
  const octets = await receive(request, limits.bodyOctets, budget);
  if (encoding === undefined || octets.length === 0) {
    if (octets.length <= limits.unpackedOctets) return { octets, held: octets.length };
    budget.give(octets.length);
    throw tooLarge(limits.unpackedOctets);
  }
  try {
    const unpacked = await unpack(octets, encoding, limits.unpackedOctets, budget);
    return { octets: unpacked, held: unpacked.length };
  } finally {
    budget.give(octets.length);
  }
}

/** The octets as they are sent, taken from the budget. */
function receive(request: IncomingMessage, limit: number, budget: OctetBudget): Promise<Buffer> {
  // Node refuses lengths that aren't digits.
  const declared = request.headers['content-length'];
  if (declared !== undefined && Number(declared) > limit) return Promise.reject(tooLarge(limit));
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let octets = 0;
    const onData = (chunk: Buffer) => {
      if (octets + chunk.length > limit) stop(tooLarge(limit));
      else if (!budget.take(chunk.length)) stop(noRoom());
      else {
        octets += chunk.length;
        chunks.push(chunk);
      }
    };
    const onEnd = () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, octets));
    const onClose = () => {
      if (request.complete) return;
      budget.give(octets);
      reject(new RequestError('cancelled', 'the client left before its request was complete'));
    };
    // What still comes is read and dropped, so that the client sees its answer.
    const stop = (error: RequestError) => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).resume();
      budget.give(octets);
      reject(error);
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}
