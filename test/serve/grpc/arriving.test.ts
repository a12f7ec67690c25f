import { EventEmitter } from 'node:events';
import test from 'ava';
import type { RequestError } from '../../../lib/protocol/messages/index.js';
import { holdArriving } from '../../../serve/grpc/arriving.js';

/** A stream that a test fills, at a place with so many octets of room. */
function arriving(most: number, room: number, mayBegin = true) {
  const stream = Object.assign(new EventEmitter(), {
    isPaused: false,
    pause() {
      this.isPaused = true;
    },
    resume() {
      this.isPaused = false;
    },
  });
  const turns: (() => void)[] = [];
  const refusals: RequestError[] = [];
  const place = {
    held: 0,
    begin: () => mayBegin,
    turn: <Value>(work: () => Value | Promise<Value>) =>
      new Promise<Value>((resolve) => turns.push(() => resolve(work()))),
    take(octets: number) {
      if (this.held + octets > room) return false;
      this.held += octets;
      return true;
    },
    give(octets: number) {
      this.held -= octets;
    },
  };
  const isThere = holdArriving(stream, place, most, (error) => refusals.push(error));
  return { stream, place, turns, refusals, isThere };
}

/** The beginning of a message: its prefix, and so many octets of it. */
function begun(length: number, there: number, isCompressed = false): Buffer {
  const octets = Buffer.alloc(5 + there);
  octets[0] = isCompressed ? 1 : 0;
  octets.writeUInt32BE(length, 1);
  return octets;
}

test('octets are held as they arrive, and stay held once the message is there', (t) => {
  const { stream, place, refusals, isThere } = arriving(1_000, 1_000);
  stream.emit('data', begun(300, 100));
  t.is(place.held, 105);
  stream.emit('data', Buffer.alloc(200));
  t.is(place.held, 305);
  isThere(300);
  t.is(place.held, 305);
  t.deepEqual(refusals, []);
});

test('a message that says that it is too large is refused at once, and one that is, once', (t) => {
  const said = arriving(1_000, 10_000);
  said.stream.emit('data', begun(1_001, 0));
  t.is(said.refusals[0].reason, 'too-large');
  const is = arriving(1_000, 10_000);
  // Its prefix comes in parts.
  is.stream.emit('data', Buffer.alloc(3));
  is.stream.emit('data', Buffer.alloc(1_002));
  t.deepEqual(is.refusals, []);
  is.stream.emit('data', Buffer.alloc(1));
  is.stream.emit('data', Buffer.alloc(1));
  t.is(is.refusals.length, 1);
  t.regex(is.refusals[0].message, /more than 1000 octets/);
});

test('one that there is no room for is refused', (t) => {
  const { stream, refusals } = arriving(1_000, 500);
  stream.emit('data', begun(900, 400));
  stream.emit('data', Buffer.alloc(200));
  t.is(refusals[0].reason, 'overloaded');
});

test('of a compressed message, what it may become is held until it is there', (t) => {
  const { stream, place, isThere } = arriving(100_000, 200_000);
  stream.emit('data', begun(60, 30, true));
  t.is(place.held, 35 + 35 * 1032);
  stream.emit('data', Buffer.alloc(30));
  t.is(place.held, 65 + 65 * 1032);
  isThere(4_000);
  t.is(place.held, 4_000);
  const large = arriving(10_000, 200_000);
  large.stream.emit('data', begun(5_000, 5_000, true));
  t.is(large.place.held, 5_005 + 10_000);
});

test('a sender waits for its tenant’s turn, but for the end of a message', (t) => {
  const { stream, turns } = arriving(1_000, 2_000, false);
  stream.emit('data', begun(300, 100));
  t.true(stream.isPaused);
  turns[0]();
  t.false(stream.isPaused);
  stream.emit('data', Buffer.alloc(200));
  t.false(stream.isPaused);
});
