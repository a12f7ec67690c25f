import { RequestError } from '../../lib/protocol/messages/index.js';
import { type IntakePlace, noRoom } from '../intake/index.js';
import type { ArrivingStream } from './package.js';

/** The octets before a message: whether it is compressed, and its length. */
const PREFIX = 5;

/** The most octets that one of a compressed message becomes (RFC 1951): zlib's own figure is 1,032. */
const EXPANSION = 1032;

/**
 * Holds the octets of a call's message at its place while they arrive, as bodies over HTTP are: the package keeps them
 * until the message is whole, and counts nothing. What a compressed message may become is held before it is unpacked.
 *
 * @param most octets of the message, as it is sent and unpacked
 * @param refuse called once, with a RequestError, for a message that is larger or that there is no room for
 * @returns what is to be called with the octets of the message once it is there: no more are held from then on
 */
export function holdArriving(
  stream: ArrivingStream,
  place: Pick<IntakePlace, 'begin' | 'turn' | 'take' | 'give'>,
  most: number,
  refuse: (error: RequestError) => void,
): (octets: number) => void {
  let arrived = 0;
  let unpacked = 0;
  let isCompressed = false;
  /** With its prefix; undefined until that is known. */
  let whole: number | undefined;
  let isRefused = false;
  const stop = (error: RequestError) => {
    isRefused = true;
    refuse(error);
  };
  // Before the package's own listener, which keeps what it is given.
  stream.prependListener('data', (chunk) => {
    if (isRefused) return;
    if (arrived === 0) {
      isCompressed = chunk[0] === 1;
      if (chunk.length >= PREFIX) whole = PREFIX + chunk.readUInt32BE(1);
    }
    arrived += chunk.length;
    const larger = isCompressed ? Math.min(most, arrived * EXPANSION) - unpacked : 0;
    unpacked += larger;
    if (arrived > PREFIX + most || (whole ?? 0) > PREFIX + most) stop(tooLarge(most));
    else if (!place.take(chunk.length + larger)) stop(noRoom());
    else if (arrived !== whole && !place.begin()) {
      // Other calls are read, too: the sender of this one waits.
      stream.pause();
      void place.turn(() => void stream.resume());
    }
  });
  return (octets) => {
    if (isCompressed) place.give(Math.max(0, arrived + unpacked - octets));
  };
}

function tooLarge(most: number): RequestError {
  return new RequestError('too-large', `the message has more than ${most} octets, which is the limit`);
}
