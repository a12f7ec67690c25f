import { median } from 'simple-statistics';
import { sklearnPipeline } from 'spillway/exchange';
import { medianRatio } from '../harness/measure.js';
import type { MadePipeline, PipelinesPeer } from '../peers/pipelines.js';
import { type Answer, answerOf } from './answer.js';
import { labelFrom } from './labelFrom.js';

/** How one pipeline answers and how quick it is, beside scikit-learn and ONNX Runtime. */
export interface PipelineFigures {
  readonly name: string;
  readonly source: string;
  readonly hasText: boolean;
  readonly isDouble: boolean;
  readonly hasProducts: boolean;
  /** Of the numbers, relative to those above 1. */
  readonly largestDifference: number;
  readonly changedLabels: number;
  readonly batch: Times;
  readonly single: Times;
  /** Or why it doesn't open. */
  readonly onnx: { readonly changedLabels: number; readonly largestDifference: number } | string;
}

/** Microseconds a row, and how many times longer the others take: medians of the rounds. */
interface Times {
  readonly us: number;
  readonly sklearn: number;
  readonly onnx: number | undefined;
}

export interface Sizes {
  readonly batch: number;
  readonly singles: number;
  readonly rounds: number;
}

export async function measurePipeline(
  made: MadePipeline,
  peer: PipelinesPeer,
  sizes: Sizes,
): Promise<PipelineFigures> {
  const pipeline = sklearnPipeline(made.file);
  const answer = answerOf(pipeline);
  const { name, source, hasText, isDouble, hasProducts, onnx } = made;
  const differences = differencesOf(made, answer, labelFrom(pipeline.full));
  const hasOnnx = typeof onnx !== 'string';
  return {
    ...{ name, source, hasText, isDouble, hasProducts, ...differences },
    batch: await timesOf(made, peer, answer, sizes.batch, sizes.batch, sizes.rounds, hasOnnx),
    single: await timesOf(made, peer, answer, 1, sizes.singles, sizes.rounds, hasOnnx),
    onnx,
  };
}

/** In batches of 1,000. */
function differencesOf(
  { rows, answers, labels }: MadePipeline,
  answer: Answer,
  labelOf: (answers: Float64Array) => number,
) {
  let largestDifference = 0;
  let changedLabels = 0;
  const width = answers.length / rows.length;
  for (let at = 0; at < rows.length; at += 1_000) {
    const part = rows.slice(at, at + 1_000);
    const own = answer(part);
    for (let i = 0; i < own.length; i++) {
      const theirs = answers[at * width + i];
      largestDifference = Math.max(largestDifference, difference(own[i], theirs));
    }
    if (labels === undefined) continue;
    for (let row = 0; row < part.length; row++) {
      const mine = own.subarray(row * width, (row + 1) * width);
      if (labelOf(mine) !== labels[at + row]) changedLabels++;
    }
  }
  return { largestDifference, changedLabels };
}

/** NaN counts as wholly different. */
function difference(a: number, b: number): number {
  const between = Math.abs(a - b) / Math.max(1, Math.abs(b));
  return Number.isNaN(between) ? Number.POSITIVE_INFINITY : between;
}

/** All in turn, each by its own clock: what passes between processes isn't timed. */
async function timesOf(
  { rows }: MadePipeline,
  peer: PipelinesPeer,
  answer: Answer,
  size: number,
  count: number,
  rounds: number,
  hasOnnx: boolean,
): Promise<Times> {
  const parts: (readonly unknown[])[] = [];
  for (let at = 0; at < count; at += size) parts.push(rows.slice(at, at + size));
  const ours = () => {
    const start = performance.now();
    for (const part of parts) answer(part);
    return performance.now() - start;
  };
  const runs: (() => number | Promise<number>)[] = [ours, () => peer.time('sklearn', size, count)];
  if (hasOnnx) runs.push(() => peer.time('onnx', size, count));
  const times = runs.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < runs.length; turn++) {
      const which = (round + 1 + turn) % runs.length;
      const took = await runs[which]();
      // The first round warms up.
      if (round >= 0) times[which].push(took);
    }
  }
  return {
    us: (1000 * median(times[0])) / count,
    sklearn: medianRatio(times[1], times[0]),
    onnx: hasOnnx ? medianRatio(times[2], times[0]) : undefined,
  };
}
