import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type InferRequest,
  JSON_LENGTH,
  type Message,
  RequestError,
  readInSteps,
  writeInferResponse,
} from '../../lib/protocol/messages/index.js';
import type { Timer } from '../../lib/util/timer.js';
import type { FoundModel } from '../backend.js';
import { ClientCall, deadlineOf } from '../call.js';
import type { IntakePlace } from '../intake/index.js';
import { peekTimeout, refuseUnserved } from '../protocol/index.js';
import { declaredOctets, readBody } from './body.js';
import type { Exchange } from './exchange.js';
import type { ResponseContent } from './sender.js';

/**
 * Answers a request for inference. It is judged whenever more is known of it: by its headers before its body is read,
 * by its own deadline before that is parsed, and then by its rows.
 */
export async function infer(exchange: Exchange, place: IntakePlace): Promise<ResponseContent> {
  const { request, response, backend, settings, model, version, tenant, arrived } = exchange;
  const octets = declaredOctets(request) ?? 0;
  const known = { tenant, arrived, octets, deadline: undefined, mayNameDeadline: true };
  const found = backend.screen({ model, version, ...known, readingMs: place.readingMs(octets, false) });
  const waiting = place.toBeRead(octets);
  if (waiting !== undefined) {
    await waiting;
    refuseLeft(response);
  }
  const { limits, message } = settings;
  const most = found.mostOctets;
  const bodies = {
    bodyOctets: Math.min(limits.bodyOctets, most),
    unpackedOctets: Math.min(message.octets, most),
  };
  const body = await readBody(request, response, bodies, place);
  const isIn = new Body(exchange, place, found, body);
  isIn.screen();
  return place.turn(() => isIn.answer(), body.length);
}

/** Milliseconds of parsing after which others may have their turn. */
const PARSING_MS = 0.5;

/** A request whose body is there. */
class Body {
  private readonly jsonLength: string | undefined;
  /** By the body, where that can be told without parsing it. */
  private readonly timeout: number | undefined;

  constructor(
    private readonly exchange: Exchange,
    private readonly place: IntakePlace,
    private readonly found: FoundModel,
    private readonly octets: Uint8Array,
  ) {
    this.jsonLength = headerOf(exchange.request, JSON_LENGTH);
    // A body that is one tensor has no JSON.
    this.timeout = this.jsonLength === '0' ? Number.POSITIVE_INFINITY : peekTimeout(octets);
  }

  /** Refuses the request if its own deadline can't be met. */
  screen(): void {
    const { exchange, place, found, octets, timeout } = this;
    if (timeout === undefined) return;
    const { tenant, arrived } = exchange;
    found.screen({
      tenant,
      arrived,
      octets: octets.length,
      deadline: timeout < Number.POSITIVE_INFINITY ? arrived + timeout : undefined,
      mayNameDeadline: false,
      readingMs: place.readingMs(octets.length, true),
    });
  }

  /** At once, unless its JSON is large or the model waits. */
  answer(): ResponseContent | Promise<ResponseContent> {
    const { exchange, place, found, octets, jsonLength } = this;
    const { response, settings, model, version } = exchange;
    refuseLeft(response);
    const steps = readInSteps(octets, {
      model,
      version,
      jsonLength,
      declared: () => found.inputs,
      limits: settings.message,
      mostText: found.mostText,
    });
    const read = stepsWithin(PARSING_MS, steps, settings.timer);
    if (read !== undefined) return this.answerTo(read);
    return this.readInTurns(steps).then((whole) => place.turn(() => this.answerTo(whole)));
  }

  private async readInTurns(steps: Iterator<undefined, InferRequest>): Promise<InferRequest> {
    const { exchange, place, octets } = this;
    const { response, settings } = exchange;
    for (;;) {
      const read = await place.turn(() => {
        refuseLeft(response);
        return stepsWithin(PARSING_MS, steps, settings.timer);
      }, octets.length);
      if (read !== undefined) return read;
    }
  }

  private answerTo(read: InferRequest): ResponseContent | Promise<ResponseContent> {
    const { exchange, place, found, octets } = this;
    const { response, tenant, arrived } = exchange;
    place.wasRead(octets.length);
    refuseUnserved(read);
    const call = new ClientCall(tenant, arrived, deadlineOf(read.parameters, arrived), octets.length);
    const given = found.infer(read, call);
    if (!(given instanceof Promise)) return contentOf(writeInferResponse(given, read));
    response.once('close', () => response.writableFinished || call.leave());
    return given.then((later) => contentOf(writeInferResponse(later, read)));
  }
}

/** Goes on with a work for some time. @returns its result, if it is done */
function stepsWithin<Result>(
  ms: number,
  steps: Iterator<undefined, Result>,
  timer: Timer,
): Result | undefined {
  let until: number | undefined;
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    const now = timer.now();
    until ??= now + ms;
    if (now >= until) return undefined;
  }
}

/** @throws RequestError `cancelled` where nobody waits for an answer any more */
function refuseLeft({ destroyed }: ServerResponse): void {
  if (destroyed) throw new RequestError('cancelled', 'the client left before its request was read');
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function contentOf({ headers, body }: Message): ResponseContent {
  const type = headers['content-type'];
  const jsonLength = headers[JSON_LENGTH];
  if (jsonLength === undefined) return { type, body };
  return { type, body, headers: ['Inference-Header-Content-Length', jsonLength] };
}
