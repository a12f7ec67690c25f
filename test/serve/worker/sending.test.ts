import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import test from 'ava';
import fc from 'fast-check';
import type { SliceAnswer } from '../../../serve/executor.js';
import { handedOver, receivedAnswer, sentAnswer } from '../../../serve/worker/sending.js';

const answerOf = (rows: number, scores: readonly number[]): SliceAnswer => ({
  answers: Float64Array.from({ length: rows }, (_, row) => row / 3),
  scores: Float64Array.from(scores),
  exits: Uint8Array.from({ length: rows }, (_, row) => row % 256),
  degraded: Uint8Array.from({ length: rows }, (_, row) => row % 2),
  verdict: 'certified',
  busyMs: 0.25,
});

test('an answer comes out of a port as it went in, whatever its size', (t) => {
  const { port1, port2 } = new MessageChannel();
  const scores = fc.array(fc.double(), { maxLength: 40 });
  fc.assert(
    fc.property(fc.nat(40), scores, (rows, numbers) => {
      const answer = answerOf(rows, numbers);
      const expected = structuredClone(answer);
      port1.postMessage(sentAnswer(answer), handedOver(answer));
      t.deepEqual(receivedAnswer(receiveMessageOnPort(port2)?.message), expected);
    }),
    { numRuns: 50 },
  );
  port1.close();
});

test('large arrays are handed over, small ones aren’t', (t) => {
  t.deepEqual(handedOver(answerOf(100, [1, 2])), []);
  const large = answerOf(2 ** 13, [1]);
  t.deepEqual(handedOver(large), [large.answers.buffer]);
});
