import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestError, writeError } from '../../lib/protocol/messages/index.js';
import {
  type Allows,
  type Caller,
  LOCAL_CALLER,
  type Right,
  refuseForeignHost,
  refuseForeignPage,
  requireRight,
} from '../access/index.js';
import type { AccessLog } from '../accessLog.js';
import type { Backend } from '../backend.js';
import type { HttpSettings, ServerPage } from './options.js';
import { type FoundRoute, type GetRoute, type Route, routeOf } from './routes.js';
import { JSON_TYPE, Sender } from './sender.js';
import { targetOf } from './target.js';

const NONE: Allows = () => false;

/** Answers requests. */
export class HttpHandler {
  private readonly sender: Sender;
  /** Pages of other parts of the server, by their paths. */
  private readonly pages: ReadonlyMap<string, FoundRoute>;
  private isLeaving = false;

  constructor(
    private readonly backend: Backend,
    private readonly settings: HttpSettings,
  ) {
    this.sender = new Sender(settings);
    this.pages = new Map(Array.from(settings.pages, ([path, page]) => [path, routeTo(path, page)]));
  }

  /** From now on it isn't ready, and each answer ends its connection. Requests are answered as before. */
  leave(): void {
    this.isLeaving = true;
    this.sender.endsConnections = true;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    // HTTP/1.0 has none.
    const isUnnamed = request.headers.host === undefined && request.httpVersionMinor > 0;
    const { path, host } = targetOf(request.url ?? '/');
    request.url = path;
    if (host !== undefined) request.headers.host = host;
    this.settings.cors?.mark(request, response);
    if (this.settings.accessLog !== undefined) logOf(this.settings.accessLog, request, response);
    try {
      if (isUnnamed) {
        response.shouldKeepAlive = false;
        throw new RequestError('invalid', 'the request lacks the header Host');
      }
      const answering = this.answer(request, response);
      answering?.catch((error: unknown) => this.sender.refuse(response, error));
    } catch (error) {
      this.sender.refuse(response, error);
    }
  }

  /** What a client expects that isn't 100-continue. @see RFC 9110, "HTTP Semantics", 10.1.1: Expect */
  refuseExpectation(response: ServerResponse): void {
    const body = writeError({ message: 'the header Expect: expected 100-continue, or none' });
    this.sender.send(response, 417, { type: JSON_TYPE, body });
  }

  /** @returns a promise where the answer isn't sent at once */
  private answer(request: IncomingMessage, response: ServerResponse): Promise<void> | undefined {
    const { url = '/', method } = request;
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const found = this.pages.get(path) ?? routeOf(path);
    if (found === undefined) {
      throw new RequestError('not-found', `there is nothing at ${JSON.stringify(path.slice(0, 200))}`);
    }
    const wanted = found.route.method;
    // Node leaves out the body of an answer to HEAD.
    if (method !== wanted && !(method === 'HEAD' && wanted === 'GET')) {
      this.answerOther(wanted, request, response);
      return undefined;
    }
    return this.follow(found, mark < 0 ? '' : url.slice(mark + 1), request, response);
  }

  /** Answers a method that a path doesn't take, or OPTIONS: what browsers ask before they send what pages want. */
  private answerOther(wanted: Route['method'], request: IncomingMessage, response: ServerResponse): void {
    const { method } = request;
    const methods = wanted === 'GET' ? 'GET, HEAD' : wanted;
    const allow = ['Allow', `${methods}, OPTIONS`];
    if (method === 'OPTIONS') {
      const headers = [...allow, ...(this.settings.cors?.preflight(request, methods) ?? [])];
      this.sender.send(response, 200, { type: JSON_TYPE, body: '{}', headers });
      return;
    }
    const body = writeError({ message: `this path takes ${wanted}, and not ${method}` });
    this.sender.send(response, 405, { type: JSON_TYPE, body, headers: allow });
  }

  private async follow(
    { route, model, version }: FoundRoute,
    query: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { settings, sender } = this;
    const arrived = settings.intake.arrival();
    const admitted = route.right === undefined ? LOCAL_CALLER : this.admit(request, route.right);
    const { tenant } = admitted instanceof Promise ? await admitted : admitted;
    const isOpen = !this.isLeaving;
    const names = { model, version, query };
    // What needs no right asks no model for anything.
    const backend =
      route.right === undefined ? this.backend : this.backendFor(request, response, model, tenant);
    const exchange = { request, response, ...names, tenant, arrived, backend, settings, isOpen };
    if (route.method === 'GET') {
      const answer = route.answer(exchange);
      return sender.answer(response, answer instanceof Promise ? await answer : answer);
    }
    const place = settings.intake.enter(tenant);
    try {
      await sender.answer(response, await route.answer(exchange, place));
    } finally {
      place.leave();
    }
  }

  /** The backend, which knows the request's trace and notes what is logged of it, where that is wanted. */
  private backendFor(
    { headers }: IncomingMessage,
    response: ServerResponse,
    model: string,
    tenant: string,
  ): Backend {
    const { backend, settings } = this;
    if (backend.under === undefined && settings.accessLog === undefined) return backend;
    const [traceparent, tracestate] = [textOf(headers.traceparent), textOf(headers.tracestate)];
    const traced = backend.under?.({ traceparent, tracestate }) ?? backend;
    const note = settings.accessLog?.of(response);
    if (note === undefined) return traced;
    note.tenant = tenant;
    if (model !== '') note.model = model;
    return note.noting(traced);
  }

  /** The caller, who may do this. @throws RequestError `unauthenticated` or `denied` */
  private admit({ headers }: IncomingMessage, right: Right): Caller | Promise<Caller> {
    const { access, allowsHost, cors } = this.settings;
    if (access === undefined) {
      refuseForeignHost(headers.host, allowsHost);
      refuseForeignPage(headers.host, headers.origin, cors?.allows ?? NONE);
      return LOCAL_CALLER;
    }
    const key = headers['x-api-key'];
    const caller = access.identify(headers.authorization, typeof key === 'string' ? key : undefined);
    return caller instanceof Promise
      ? caller.then((one) => requireRight(one, right))
      : requireRight(caller, right);
  }
}

function logOf(
  log: AccessLog,
  { method = '', url = '', headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const mark = url.indexOf('?');
  const note = log.begin('http', method, mark < 0 ? url : url.slice(0, mark));
  note.id = textOf(headers['x-request-id']);
  log.keep(response, note);
  // Also where there was no answer.
  response.once('close', () => note.over());
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

function routeTo(path: string, page: ServerPage): FoundRoute {
  const route: GetRoute = {
    method: 'GET',
    path,
    right: page.right,
    async answer({ query }) {
      const { contentType, ...content } = await page.answer(new URLSearchParams(query));
      return { type: contentType, ...content };
    },
  };
  return { route, model: '', version: undefined };
}
