import type { ChatQuestion } from '../asking/index.js';

/** A line of what a batch sends. */
export interface BatchLine {
  readonly id: string;
  readonly question: ChatQuestion;
  readonly text: string;
  readonly bytes: number;
}

/** @param body of a request for the question */
export function batchLine(id: string, question: ChatQuestion, endpoint: string, body: unknown): BatchLine {
  const text = `${JSON.stringify({ custom_id: id, method: 'POST', url: endpoint, body })}\n`;
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
    const value = parsed(text.slice(from, end));
    from = end + 1;
    const id = at(value, 'custom_id');
    if (typeof id !== 'string') continue;
    const response = at(value, 'response');
    const status = at(response, 'status_code');
    const body = at(response, 'body');
    const error = at(value, 'error') ?? at(body, 'error');
    const [code, message] = [at(error, 'code'), at(error, 'message')];
    yield {
      id,
      body: status === 200 ? body : undefined,
      status: typeof status === 'number' ? status : undefined,
      code: typeof code === 'string' ? code : undefined,
      message: typeof message === 'string' ? message : undefined,
    };
  }
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && key in value
    ? (value as Readonly<Record<string, unknown>>)[key] // It is there, whatever it is.
    : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
