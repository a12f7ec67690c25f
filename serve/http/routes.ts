import {
  RequestError,
  readIndexRequest,
  writeIndex,
  writeModelMetadata,
  writeServerMetadata,
  writeStatistics,
} from '../../lib/protocol/messages/index.js';
import { ABOUT, configuration } from '../about.js';
import type { Right } from '../access/index.js';
import type { IntakePlace } from '../intake/index.js';
import { writeModelConfig } from '../protocol/index.js';
import { readSmallBody } from './body.js';
import type { Exchange } from './exchange.js';
import { infer } from './infer.js';
import { checkLoadBody } from './loadBody.js';
import { JSON_TYPE, type ResponseContent } from './sender.js';

/** What is answered at a path, which takes one method. */
export type Route = GetRoute | PostRoute;

/** A route whose requests have no body. */
export interface GetRoute {
  readonly method: 'GET';
  /** As the protocol writes it: what is in brackets may be left out. */
  readonly path: string;
  /** What calling it needs; undefined: nothing. */
  readonly right: Right | undefined;
  answer(exchange: Exchange): ResponseContent | Promise<ResponseContent>;
}

/** A route that reads a body, whose octets are held at a place among requests on their way in. */
export interface PostRoute {
  readonly method: 'POST';
  readonly path: string;
  readonly right: Right;
  answer(exchange: Exchange, place: IntakePlace): Promise<ResponseContent>;
}

const SERVER = json(writeServerMetadata(ABOUT));
const DONE = brief(200, '{}');
const MODEL = '/v2/models/{model}[/versions/{version}]';
const REPOSITORY = '/v2/repository/models/{model}';

/**
 * Routes of the protocol, and of Triton for statistics, configuration and the repository. The first that fits answers. Pages for people
 * and scrapers (`/`, `/status.json`, `/metrics`) are in `serve/status/pages.ts`.
 */
export const ROUTES: readonly Route[] = [
  { method: 'POST', path: `${MODEL}/infer`, right: 'infer', answer: infer },
  { method: 'GET', path: '/v2', right: 'infer', answer: () => SERVER },
  { method: 'GET', path: '/v2/health/live', right: undefined, answer: () => brief(200, '{"live":true}') },
  {
    method: 'GET',
    path: '/v2/health/ready',
    right: undefined,
    answer({ backend, isOpen }) {
      const isReady = isOpen && backend.isReady;
      return brief(isReady ? 200 : 503, `{"ready":${isReady}}`);
    },
  },
  // A model that is named `stats` still has its versions' paths, and all that are longer.
  {
    method: 'GET',
    path: '/v2/models/stats',
    right: 'infer',
    answer: ({ backend }) => json(writeStatistics(backend.statistics(undefined, undefined))),
  },
  {
    method: 'GET',
    path: MODEL,
    right: 'infer',
    answer: ({ backend, model, version }) => json(writeModelMetadata(backend.metadata(model, version))),
  },
  {
    method: 'GET',
    path: `${MODEL}/config`,
    right: 'infer',
    answer: ({ backend, model, version }) =>
      json(writeModelConfig(configuration(backend.metadata(model, version)))),
  },
  {
    method: 'GET',
    path: `${MODEL}/ready`,
    right: 'infer',
    answer({ backend, model, version }) {
      const isReady = backend.isModelReady(model, version);
      // An unknown model throws here.
      if (!isReady) backend.metadata(model, version);
      return brief(isReady ? 200 : 503, JSON.stringify({ name: model, ready: isReady }));
    },
  },
  {
    method: 'GET',
    path: `${MODEL}/stats`,
    right: 'infer',
    answer: ({ backend, model, version }) => json(writeStatistics(backend.statistics(model, version))),
  },
  {
    method: 'POST',
    path: '/v2/repository/index',
    right: 'infer',
    async answer(exchange, place) {
      const { ready } = readIndexRequest(await readSmallBody(exchange, place));
      const models = exchange.backend.index();
      return json(writeIndex(ready ? models.filter(({ state }) => state === 'READY') : models));
    },
  },
  { method: 'POST', path: `${REPOSITORY}/load`, right: 'admin', answer: changing('load') },
  { method: 'POST', path: `${REPOSITORY}/unload`, right: 'admin', answer: changing('unload') },
];

function changing(how: 'load' | 'unload'): PostRoute['answer'] {
  return async (exchange, place) => {
    checkLoadBody(await readSmallBody(exchange, place));
    await exchange.backend[how](exchange.model);
    return DONE;
  };
}

const PATTERNS = ROUTES.map((route) => {
  const pattern = route.path
    .replace('[', '(?:')
    .replace(']', ')?')
    .replaceAll(/\{\w+\}/g, '([^/]*)');
  return { route, pattern: new RegExp(`^${pattern}$`) };
});

/** A route, and the names in its path. */
export interface FoundRoute extends Pick<Exchange, 'model' | 'version'> {
  readonly route: Route;
}

/**
 * The route of a path, without its query. Names are decoded once and never joined to a path.
 *
 * @throws RequestError `invalid` for a name that can't be decoded
 */
export function routeOf(path: string): FoundRoute | undefined {
  for (const { route, pattern } of PATTERNS) {
    const found = pattern.exec(path);
    if (found === null) continue;
    const [, model = '', version] = found;
    return { route, model: decoded(model), version: version === undefined ? undefined : decoded(version) };
  }
  return undefined;
}

function decoded(part: string): string {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    throw new RequestError('invalid', `the path has '${part}', which isn't percent-encoded UTF-8`);
  }
}

function json(body: string): ResponseContent {
  return { type: JSON_TYPE, body };
}

/** A status, and a word on it. */
function brief(status: number, body: string): ResponseContent {
  return { status, type: JSON_TYPE, body };
}
