import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  JSON_LENGTH,
  type Message,
  peekTimeout,
  RequestError,
  readIndexRequest,
  readInferRequest,
  writeError,
  writeIndex,
  writeInferResponse,
  writeModelMetadata,
  writeServerMetadata,
  writeStatistics,
} from '../../lib/protocol/messages/index.js';
import { ABOUT } from '../about.js';
import { type Caller, LOCAL_CALLER, type Right, refuseForeign, requireRight } from '../access/index.js';
import type { Backend, FoundModel } from '../backend.js';
import { ClientCall, deadlineOf } from '../call.js';
import type { Intake } from '../intake/index.js';
import { type BodyLimits, declaredOctets, readBody } from './body.js';
import { checkLoadBody } from './loadBody.js';
import type { HttpSettings, Page } from './options.js';
import { type Described, methodOf, type Route, routeOf } from './routes.js';
import { type Content, JSON_TYPE, Sender } from './sender.js';
import { targetOf } from './target.js';

const LIVE = json('{"live":true}');
const READY = json('{"ready":true}');
const NOT_READY = json('{"ready":false}');
const SERVER = json(writeServerMetadata(ABOUT));
const DONE = json('{}');

/** Bodies of the repository's calls. */
const SMALL: BodyLimits = { bodyOctets: 64 * 1024, unpackedOctets: 64 * 1024 };

/** Answers requests. */
export class HttpHandler {
  private readonly sender: Sender;
  private readonly intake: Intake;
  /** Limits of requests for inference. */
  private readonly bodies: BodyLimits;
  private isDraining = false;

  constructor(
    private readonly backend: Backend,
    private readonly settings: HttpSettings,
  ) {
    this.sender = new Sender(settings);
    const { limits, message } = settings;
    this.intake = settings.intake;
    this.bodies = { bodyOctets: limits.bodyOctets, unpackedOctets: message.octets };
  }

  /** From now on it isn't ready, and each answer ends its connection. */
  drain(): void {
    this.isDraining = true;
    this.sender.endsConnections = true;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const { path, host } = targetOf(request.url ?? '/');
    request.url = path;
    if (host !== undefined) request.headers.host = host;
    try {
      const answering = this.answer(request, response);
      answering?.catch((error: unknown) => this.sender.refuse(response, error));
    } catch (error) {
      this.sender.refuse(response, error);
    }
  }

  /** @returns a promise where the answer isn't sent at once */
  private answer(request: IncomingMessage, response: ServerResponse): Promise<void> | undefined {
    const { url = '/', method } = request;
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const page = this.settings.pages.get(path);
    const route = page === undefined ? routeOf(path) : undefined;
    const wanted = route === undefined ? 'GET' : methodOf(route);
    if (method !== wanted && (page !== undefined || route !== undefined)) {
      const body = writeError({ message: `this path takes ${wanted}, and not ${method}` });
      this.sender.send(response, 405, { type: JSON_TYPE, body, headers: ['Allow', wanted] });
      return undefined;
    }
    if (page !== undefined) return this.show(page, mark < 0 ? '' : url.slice(mark + 1), request, response);
    if (route?.to === 'infer') return this.infer(route.model, route.version, request, response);
    if (route !== undefined) return this.follow(route, request, response);
    throw new RequestError('not-found', `there is nothing at ${JSON.stringify(path.slice(0, 200))}`);
  }

  private async follow(
    route: Exclude<Route, { readonly to: 'infer' }>,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { backend, sender } = this;
    switch (route.to) {
      case 'live':
        return sender.send(response, 200, LIVE);
      case 'ready': {
        const isReady = backend.isReady && !this.isDraining;
        return sender.send(response, isReady ? 200 : 503, isReady ? READY : NOT_READY);
      }
      case 'modelReady': {
        await this.admit(request, 'infer');
        const { model, version } = route;
        const isReady = backend.isModelReady(model, version);
        // An unknown model throws here.
        if (!isReady) backend.metadata(model, version);
        const body = JSON.stringify({ name: model, ready: isReady });
        return sender.send(response, isReady ? 200 : 503, json(body));
      }
      case 'load':
      case 'unload': {
        await this.withBody(request, response, 'admin', checkLoadBody);
        await (route.to === 'load' ? backend.load(route.model) : backend.unload(route.model));
        return sender.send(response, 200, DONE);
      }
      case 'index': {
        const { ready } = await this.withBody(request, response, 'infer', (octets) =>
          readIndexRequest(octets),
        );
        const models = backend.index();
        const listed = ready ? models.filter(({ state }) => state === 'READY') : models;
        return sender.sendPacked(request, response, json(writeIndex(listed)));
      }
      default:
        await this.admit(request, 'infer');
        return sender.sendPacked(request, response, this.described(route));
    }
  }

  /** What the server tells of itself and its models. */
  private described(route: Described): Content {
    const { backend } = this;
    switch (route.to) {
      case 'server':
        return SERVER;
      case 'model':
        return json(writeModelMetadata(backend.metadata(route.model, route.version)));
      case 'statistics':
        return json(writeStatistics(backend.statistics(route.model, route.version)));
      case 'allStatistics':
        return json(writeStatistics(backend.statistics(undefined, undefined)));
    }
  }

  private async infer(
    model: string,
    version: string | undefined,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const arrived = this.settings.timer.now();
    const admitted = this.admit(request, 'infer');
    const { tenant } = admitted instanceof Promise ? await admitted : admitted;
    const place = this.intake.enter(tenant);
    try {
      const octets = declaredOctets(request) ?? 0;
      const screening = place.turn(() => {
        refuseLeft(response);
        const known = { tenant, arrived, octets, deadline: undefined, mayNameDeadline: true };
        return this.backend.screen({ model, version, ...known });
      });
      const found = screening instanceof Promise ? await screening : screening;
      const body = await readBody(request, response, this.bodies, place);
      const answering = place.turn(() => {
        refuseLeft(response);
        return this.answerTo({ model, version, tenant, arrived, found }, body, request, response);
      });
      const answer = answering instanceof Promise ? await answering : answering;
      const sending = this.sender.sendPacked(request, response, answer);
      if (sending !== undefined) await sending;
    } finally {
      place.leave();
    }
  }

  /** The answer to a request whose body is there: at once, unless the model waits. */
  private answerTo(
    { model, version, tenant, arrived, found }: InferCall,
    body: Uint8Array,
    request: IncomingMessage,
    response: ServerResponse,
  ): Content | Promise<Content> {
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
      limits: this.settings.message,
    });
    const call = new ClientCall(tenant, arrived, deadlineOf(read.parameters, arrived), octets);
    const given = found.infer(read, call);
    if (!(given instanceof Promise)) return contentOf(writeInferResponse(given, read));
    response.once('close', () => response.writableFinished || call.leave());
    return given.then((later) => contentOf(writeInferResponse(later, read)));
  }

  private async show(
    page: Page,
    query: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (page.right !== undefined) await this.admit(request, page.right);
    const { contentType, ...content } = await page.answer(new URLSearchParams(query));
    await this.sender.sendPacked(request, response, { type: contentType, ...content });
  }

  /** The caller, who may do this. @throws RequestError `unauthenticated` or `denied` */
  private admit({ headers }: IncomingMessage, right: Right): Caller | Promise<Caller> {
    const { access } = this.settings;
    if (access === undefined) {
      refuseForeign(headers.host, headers.origin);
      return LOCAL_CALLER;
    }
    const key = headers['x-api-key'];
    const caller = access.identify(headers.authorization, typeof key === 'string' ? key : undefined);
    return caller instanceof Promise
      ? caller.then((one) => requireRight(one, right))
      : requireRight(caller, right);
  }

  private async withBody<Value>(
    request: IncomingMessage,
    response: ServerResponse,
    right: Right,
    read: (octets: Uint8Array) => Value,
  ): Promise<Value> {
    const { tenant } = await this.admit(request, right);
    const place = this.intake.enter(tenant);
    try {
      return read(await readBody(request, response, SMALL, place));
    } finally {
      place.leave();
    }
  }
}

/** A request for inference by its headers, and the model that it is for. */
interface InferCall {
  readonly model: string;
  readonly version: string | undefined;
  readonly tenant: string;
  readonly arrived: number;
  readonly found: FoundModel;
}

/** @throws RequestError `cancelled` where nobody waits for an answer any more */
function refuseLeft({ destroyed }: ServerResponse): void {
  if (destroyed) throw new RequestError('cancelled', 'the client left before its request was read');
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function contentOf({ headers, body }: Message): Content {
  const type = headers['content-type'];
  const jsonLength = headers[JSON_LENGTH];
  if (jsonLength === undefined) return { type, body };
  return { type, body, headers: ['Inference-Header-Content-Length', jsonLength] };
}

function json(body: string): Content {
  return { type: JSON_TYPE, body };
}
