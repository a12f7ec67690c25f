import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestError } from '../../lib/protocol/messages/index.js';
import { type IntakePlace, noRoom } from '../intake/index.js';
import { joinChunks, STRETCH } from './chunks.js';
import { type Encoding, encodingOf } from './encodings.js';
import type { Exchange } from './exchange.js';
import { tooLarge, unpack } from './unpack.js';

/** What a body may hold. */
export interface BodyLimits {
  /** Octets as they are sent. */
  readonly bodyOctets: number;
  /** Octets once they are unpacked. */
  readonly unpackedOctets: number;
}

/**
 * Reads a request's body and unpacks it. Its octets are held at the request's place. A client that asked before
 * sending it gets 100 Continue.
 *
 * @throws RequestError, also at once: `too-large`, before reading where the length is declared; `overloaded`;
 *   `unknown-encoding`; `cancelled` if the client leaves
 */
export function readBody(
  request: IncomingMessage,
  response: ServerResponse,
  limits: BodyLimits,
  place: IntakePlace,
): Promise<Uint8Array> {
  const { bodyOctets, unpackedOctets } = limits;
  const encoding = encodingOf(request.headers['content-encoding']);
  refuseTooLarge(request, bodyOctets);
  if (asksFirst(request)) response.writeContinue();
  if (encoding === undefined) return receive(request, Math.min(bodyOctets, unpackedOctets), place);
  return receiveAndUnpack(request, encoding, limits, place);
}

/** Bodies of the repository's calls. */
const SMALL: BodyLimits = { bodyOctets: 64 * 1024, unpackedOctets: 64 * 1024 };

/** A small body, after which its request holds nothing: what it asks for may take long. */
export async function readSmallBody(
  { request, response }: Exchange,
  place: IntakePlace,
): Promise<Uint8Array> {
  try {
    return await readBody(request, response, SMALL, place);
  } finally {
    place.leave();
  }
}

async function receiveAndUnpack(
  request: IncomingMessage,
  encoding: Encoding,
  { bodyOctets, unpackedOctets }: BodyLimits,
  place: IntakePlace,
): Promise<Uint8Array> {
  const octets = await receive(request, bodyOctets, place);
  if (octets.length === 0) return octets;
  const unpacked = await unpack(octets, encoding, unpackedOctets, place);
  place.give(octets.length);
  return unpacked;
}

/** The octets that a request declares; undefined for one that doesn't. */
export function declaredOctets({ headers }: IncomingMessage): number | undefined {
  // Node refuses lengths that aren't digits.
  const declared = headers['content-length'];
  return declared === undefined ? undefined : Number(declared);
}

/** Whether a client waits for an answer before it sends the body. Node refuses all other expectations. */
export function asksFirst({ headers }: IncomingMessage): boolean {
  return headers.expect !== undefined;
}

function refuseTooLarge(request: IncomingMessage, limit: number): void {
  const declared = declaredOctets(request);
  if (declared !== undefined && declared > limit) throw tooLarge(limit);
}

/** The octets as they are sent. */
function receive(request: IncomingMessage, limit: number, place: IntakePlace): Promise<Buffer> {
  const declared = declaredOctets(request);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let octets = 0;
    let nextTurn = STRETCH;
    const onData = (chunk: Buffer) => {
      if (octets + chunk.length > limit) stop(tooLarge(limit));
      else if (!place.take(chunk.length)) stop(noRoom());
      else {
        octets += chunk.length;
        chunks.push(chunk);
        if (octets < nextTurn) return;
        nextTurn = octets + STRETCH;
        if (octets !== declared && !place.begin()) waitForTurn();
      }
    };
    // The tenant's other bodies are read too, and other tenants' requests: this connection's sender waits.
    const waitForTurn = () => {
      request.pause();
      void place.turn(() => void request.resume());
    };
    const onEnd = () => resolve(joinChunks(chunks, octets, place));
    const onClose = () => {
      if (!request.complete)
        reject(new RequestError('cancelled', 'the client left before its request was complete'));
    };
    // What still comes is read and dropped, so that the client sees its answer.
    const stop = (error: RequestError) => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).resume();
      reject(error);
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}
