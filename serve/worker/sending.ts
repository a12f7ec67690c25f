import type { SliceAnswer } from '../executor.js';

/**
 * An answer as threads send it. Arrays of few numbers are sent as lists: memory of their own takes five times as long
 * as its content, on both sides.
 */
export interface SentAnswer extends Omit<SliceAnswer, 'answers' | 'scores' | 'exits' | 'degraded'> {
  readonly answers: Float64Array | readonly number[];
  readonly scores: Float64Array | readonly number[];
  readonly exits: Uint8Array | readonly number[];
  readonly degraded: Uint8Array | readonly number[];
}

/** The most numbers of an array that is sent as a list. */
const FEW = 16;

export function sentAnswer(answer: SliceAnswer): SentAnswer {
  const { answers, scores, exits, degraded, verdict, busyMs } = answer;
  return {
    answers: listed(answers),
    scores: listed(scores),
    exits: listed(exits),
    degraded: listed(degraded),
    verdict,
    busyMs,
  };
}

export function receivedAnswer(answer: SentAnswer): SliceAnswer {
  const { answers, scores, exits, degraded, verdict, busyMs } = answer;
  return {
    answers: answers instanceof Float64Array ? answers : new Float64Array(answers),
    scores: scores instanceof Float64Array ? scores : new Float64Array(scores),
    exits: exits instanceof Uint8Array ? exits : new Uint8Array(exits),
    degraded: degraded instanceof Uint8Array ? degraded : new Uint8Array(degraded),
    verdict,
    busyMs,
  };
}

function listed<Numbers extends Float64Array | Uint8Array>(numbers: Numbers): Numbers | number[] {
  if (numbers.length > FEW) return numbers;
  const list = new Array<number>(numbers.length);
  for (let i = 0; i < list.length; i++) list[i] = numbers[i];
  return list;
}

/** Octets from which on handing over memory is quicker than copying it. */
const LARGE = 1 << 16;

/** The memory of an answer that is handed over. */
export function handedOver({ scores, answers }: SliceAnswer): ArrayBuffer[] {
  const memory: ArrayBuffer[] = [];
  for (const { buffer } of [scores, answers])
    if (buffer.byteLength >= LARGE && buffer instanceof ArrayBuffer) memory.push(buffer);
  return memory;
}
