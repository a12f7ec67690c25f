import { jsonOf } from '../../../lib/util/jsonOf.js';
import { member, numberMember, textMember } from '../../../lib/util/member.js';
import type { ChatQuestion } from '../asking/index.js';

/** What lines are requests of, as servers call it. */
export const COMPLETIONS = '/v1/chat/completions';

/** A line of what a batch sends. */
export interface BatchLine {
  readonly id: string;
  readonly question: ChatQuestion;
  readonly text: string;
  readonly bytes: number;
}

/** @param body of a request for the question */
export function batchLine(id: string, question: ChatQuestion, body: unknown): BatchLine {
  const text = `${JSON.stringify({ custom_id: id, method: 'POST', url: COMPLETIONS, body })}\n`;
  return { id, question, text, bytes: Buffer.byteLength(text) };
}

/** Lines cut up into batches that a server takes. A line that is too long for any is by itself: the server refuses it. */
export function cutIntoBatches(
  lines: readonly BatchLine[],
  most: { readonly requests: number; readonly bytes: number },
): BatchLine[][] {
  const batches: BatchLine[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const line of lines) {
    const last = batches.at(-1);
    if (last === undefined || last.length >= most.requests || bytes + line.bytes > most.bytes) {
      batches.push([line]);
      bytes = line.bytes;
    } else {
      last.push(line);
      bytes += line.bytes;
    }
  }
  return batches;
}

/** What a batch says of one of its lines. */
export interface LineOutcome {
  readonly id: string;
  /** The body of a response with the status 200; undefined for any other. */
  readonly body: unknown;
  readonly status: number | undefined;
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** Reads an output or error file of OpenAI's batch API. Lines that are none are passed over. */
export function* lineOutcomes(text: string): Generator<LineOutcome> {
  for (let from = 0; from < text.length; ) {
    const stop = text.indexOf('\n', from);
    const end = stop < 0 ? text.length : stop;
    const value = jsonOf(text.slice(from, end));
    from = end + 1;
    const id = textMember(value, 'custom_id');
    if (id === undefined) continue;
    const response = member(value, 'response');
    const status = numberMember(response, 'status_code');
    const body = member(response, 'body');
    const error = member(value, 'error') ?? member(body, 'error');
    yield {
      id,
      body: status === 200 ? body : undefined,
      status,
      code: textMember(error, 'code'),
      message: textMember(error, 'message'),
    };
  }
}
