import type { IncomingMessage, ServerResponse } from 'node:http';
import { RequestError, writeError } from '../../lib/protocol/messages/index.js';
import { type Caller, LOCAL_CALLER, type Right, refuseForeign, requireRight } from '../access/index.js';
import type { Backend } from '../backend.js';
import type { HttpSettings, ServerPage } from './options.js';
import { type FoundRoute, type GetRoute, routeOf } from './routes.js';
import { JSON_TYPE, Sender } from './sender.js';
import { targetOf } from './target.js';

/** Answers requests. */
export class HttpHandler {
  private readonly sender: Sender;
  /** Pages of other parts of the server, by their paths. */
  private readonly pages: ReadonlyMap<string, FoundRoute>;
  private isDraining = false;

  constructor(
    private readonly backend: Backend,
    private readonly settings: HttpSettings,
  ) {
    this.sender = new Sender(settings);
    this.pages = new Map(Array.from(settings.pages, ([path, page]) => [path, routeTo(path, page)]));
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
    const found = this.pages.get(path) ?? routeOf(path);
    if (found === undefined) {
      throw new RequestError('not-found', `there is nothing at ${JSON.stringify(path.slice(0, 200))}`);
    }
    const wanted = found.route.method;
    if (method !== wanted) {
      const body = writeError({ message: `this path takes ${wanted}, and not ${method}` });
      this.sender.send(response, 405, { type: JSON_TYPE, body, headers: ['Allow', wanted] });
      return undefined;
    }
    return this.follow(found, mark < 0 ? '' : url.slice(mark + 1), request, response);
  }

  private async follow(
    { route, model, version }: FoundRoute,
    query: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { backend, settings, sender } = this;
    const arrived = settings.timer.now();
    const admitted = route.right === undefined ? LOCAL_CALLER : this.admit(request, route.right);
    const { tenant } = admitted instanceof Promise ? await admitted : admitted;
    const isOpen = !this.isDraining;
    const names = { model, version, query };
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
