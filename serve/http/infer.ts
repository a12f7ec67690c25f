import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  JSON_LENGTH,
  type Message,
  peekTimeout,
  RequestError,
  readInferRequest,
  refuseUnserved,
  writeInferResponse,
} from '../../lib/protocol/messages/index.js';
import type { FoundModel } from '../backend.js';
import { ClientCall, deadlineOf } from '../call.js';
import type { IntakePlace } from '../intake/index.js';
import { declaredOctets, readBody } from './body.js';
import type { Exchange } from './exchange.js';
import type { ResponseContent } from './sender.js';

/** Answers a request for inference. It is judged by its headers before its body is read. */
export async function infer(exchange: Exchange, place: IntakePlace): Promise<ResponseContent> {
  const { request, response, backend, settings, model, version, tenant, arrived } = exchange;
  const octets = declaredOctets(request) ?? 0;
  const screening = place.turn(() => {
    refuseLeft(response);
    const known = { tenant, arrived, octets, deadline: undefined, mayNameDeadline: true };
    return backend.screen({ model, version, ...known });
  });
  const found = screening instanceof Promise ? await screening : screening;
  const { limits, message } = settings;
  const bodies = { bodyOctets: limits.bodyOctets, unpackedOctets: message.octets };
  const body = await readBody(request, response, bodies, place);
  return place.turn(() => {
    refuseLeft(response);
    return answerTo(exchange, found, body);
  });
}

/** The answer to a request whose body is there: at once, unless the model waits. */
function answerTo(
  { request, response, settings, model, version, tenant, arrived }: Exchange,
  found: FoundModel,
  body: Uint8Array,
): ResponseContent | Promise<ResponseContent> {
  const octets = body.length;
  const jsonLength = headerOf(request, JSON_LENGTH);
  // A body that is one tensor has no JSON.
  const timeout = jsonLength === '0' ? Number.POSITIVE_INFINITY : peekTimeout(body);
  if (timeout !== undefined) {
    const deadline = timeout < Number.POSITIVE_INFINITY ? arrived + timeout : undefined;
    found.screen({ tenant, arrived, octets, deadline, mayNameDeadline: false });
  }
  const read = readInferRequest(body, {
    model,
    version,
    jsonLength,
    declared: () => found.inputs,
    limits: settings.message,
  });
  refuseUnserved(read);
  const call = new ClientCall(tenant, arrived, deadlineOf(read.parameters, arrived), octets);
  const given = found.infer(read, call);
  if (!(given instanceof Promise)) return contentOf(writeInferResponse(given, read));
  response.once('close', () => response.writableFinished || call.leave());
  return given.then((later) => contentOf(writeInferResponse(later, read)));
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
