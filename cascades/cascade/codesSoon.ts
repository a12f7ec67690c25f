import type { Label } from '../types/index.js';
import type { PredictOptions } from './answers.js';
import type { Cascade } from './cascade.js';
import { servicesOf } from './servedCascade.js';

/** Answers to rows, with codes for labels. */
export interface CodedAnswers {
  /** Positions in the plan's classes; for regression the numbers. */
  readonly answers: Float64Array;
  readonly scores: Float64Array;
  readonly exits: Uint8Array;
  readonly degraded: Uint8Array;
  readonly verdict: string;
}

/**
 * Answers rows as `predict` does, for servers: at once where nothing waits, since promises take as long as small
 * cascades, and with codes for labels. A row that comes alone goes through the engine for single rows. Options aren't
 * checked.
 *
 * @param by which plan answers: the cascade's own, or its full model alone, as `full.predict` does; 'probe': the
 *   cascade's, but the first row leaves at no stage, so that it ends a spell where nothing fails
 * @throws what `predict` does, also at once
 */
export function codesSoon<Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
  rows: readonly Row[],
  options: Omit<PredictOptions, 'mode'>,
  by: 'cascade' | 'full' | 'probe' = 'cascade',
): CodedAnswers | Promise<CodedAnswers> {
  const isFull = by === 'full';
  const { own, whole, verdict } = servicesOf(cascade);
  const service = isFull ? whole : own;
  const stages = cascade.plan.stages.length;
  const isProbe = by === 'probe';
  if (isProbe || rows.length !== 1) {
    const outcome = service.soon(rows, isProbe ? { ...options, probe: true } : options);
    const coded = ({ answered, impaired }: Awaited<typeof outcome>): CodedAnswers => {
      const { answers, scores, exits, degraded } = answered;
      if (isFull) exits.fill(stages);
      return { answers, scores, exits, degraded, verdict: verdict(impaired) };
    };
    return outcome instanceof Promise ? outcome.then(coded) : coded(outcome);
  }
  const outcome = service.oneSoon(rows[0], options);
  const coded = ({ answered, impaired }: Awaited<typeof outcome>): CodedAnswers => {
    const { answer, scores, exit } = answered;
    const [answers, exits, degraded] = [new Float64Array(1), new Uint8Array(1), new Uint8Array(1)];
    answers[0] = answer;
    exits[0] = isFull ? stages : exit;
    degraded[0] = Number(answered.degraded);
    return { answers, scores, exits, degraded, verdict: verdict(impaired) };
  };
  return outcome instanceof Promise ? outcome.then(coded) : coded(outcome);
}

/** Whether calls of a cascade with that deadline are in a spell, which a row that the full model answers would end. */
export function isInSpell<Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
  deadlineMs: number | undefined,
): boolean {
  return servicesOf(cascade).isInSpell(deadlineMs);
}
