import { basename, dirname } from 'node:path';
import type { LoadRequest } from './loadSpec.js';

/** A request about texts, one a row. */
export function textRequest(
  model: string,
  texts: readonly string[],
  options: { readonly timeoutMs?: number; readonly outputs?: readonly string[] } = {},
): LoadRequest {
  const { timeoutMs, outputs } = options;
  const body = JSON.stringify({
    ...(timeoutMs !== undefined && { parameters: { timeout: Math.round(1_000 * timeoutMs) } }),
    inputs: [{ name: 'text', datatype: 'BYTES', shape: [texts.length], data: texts }],
    ...(outputs !== undefined && { outputs: outputs.map((name) => ({ name })) }),
  });
  return { path: `/v2/models/${model}/infer`, body, rows: texts.length };
}

/** Of an answer, what the benchmark reads. */
export interface InferAnswer {
  readonly model_version: string;
  readonly parameters: {
    readonly verdict: string;
    readonly epsilon?: number;
    readonly mode?: number;
    readonly degraded_rows?: number;
  };
  readonly outputs: readonly {
    readonly name: string;
    readonly data: readonly (string | number | boolean)[];
  }[];
}

export function answerIn(body: string): InferAnswer {
  const answer: InferAnswer = JSON.parse(body);
  return answer;
}

/** As many, from all over the list. */
export function spread<T>(all: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]);
}

/** Rows of texts for request `i`, none in two requests until all have been used. */
export function textsFor(texts: readonly string[], i: number, rows: number): string[] {
  return Array.from({ length: rows }, (_, r) => texts[(i * rows + r) % texts.length]);
}

/** The model of a folder `NAME/VERSION`. */
export function modelOf(folder: string): string {
  return basename(dirname(folder));
}
