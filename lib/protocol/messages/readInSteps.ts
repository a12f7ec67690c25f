import { BLOCK, DataSpans } from './dataSpans.js';
import { RequestError } from './errors.js';
import { headerEnd } from './header.js';
import { type Document, objectOf, parsedText } from './json.js';
import { DEFAULT_LIMITS } from './limits.js';
import { type RequestContext, readInferRequest, requestIn } from './read.js';
import { StructureScan } from './structure.js';
import type { InferRequest } from './types.js';

/** Octets of a message that is sooner parsed in one piece. */
const SMALL = 4096;
/** Octets of JSON outside of tensors' data, which is parsed in one piece. */
const MOST_BESIDE = 2 ** 20;
/** Octets that are looked at in one piece: looking takes a tenth of reading. */
const LOOK = 8 * BLOCK;

/**
 * Reads what {@link readInferRequest} reads, block by block: no more values than a block's are objects at a time, and
 * it gives way between blocks. Until it is done the body mustn't change.
 *
 * Where more than 1 MiB isn't data, or keys of as large a message are escaped or twice there, it is refused.
 *
 * @throws RequestError as `readInferRequest` does
 *
 * @example
 * const steps = readInSteps(body, { model: 'mail' });
 * for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
 */
export function* readInSteps(body: Uint8Array, context: RequestContext): Generator<undefined, InferRequest> {
  if (body.length <= SMALL) return readInferRequest(body, context);
  const { limits = DEFAULT_LIMITS } = context;
  const end = headerEnd('the request', body, context.jsonLength, limits);
  if (end === 0) return readInferRequest(body, context);
  const json = end === undefined ? body : body.subarray(0, end);
  const data = new DataSpans(json);
  const scan = new StructureScan(json, limits, data);
  while (!scan.look(LOOK)) yield;
  if (data.isOdd) {
    if (json.length <= MOST_BESIDE) return readInferRequest(body, context);
    throw new RequestError(
      'invalid',
      "the request's keys are there twice, or its data don't end; in a large request keys are written as they are, without escapes",
    );
  }
  const document = besideData(json, data);
  return yield* requestIn(
    objectOf('the request', document.value),
    { text: document.text, binary: end === undefined ? undefined : body.subarray(end) },
    context,
    { json, spans: data.found },
  );
}

const ZERO = 0x30;

/** The JSON without data, each of which is a 0 in it. */
function besideData(json: Uint8Array, { found }: DataSpans): Document {
  let length = json.length;
  for (const span of found) if (span !== undefined) length -= span.end - span.start - 1;
  if (length > MOST_BESIDE) {
    throw new RequestError(
      'too-large',
      `the JSON of the request has ${length} octets that aren't data of tensors, and the limit is ${MOST_BESIDE}`,
    );
  }
  if (length === json.length) return parsedText('the request', json);
  const beside = new Uint8Array(length);
  let [at, from] = [0, 0];
  for (const span of found) {
    if (span === undefined) continue;
    beside.set(json.subarray(from, span.start), at);
    at += span.start - from;
    beside[at++] = ZERO;
    from = span.end;
  }
  beside.set(json.subarray(from), at);
  return parsedText('the request', beside);
}
