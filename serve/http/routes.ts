import { RequestError } from '../../lib/protocol/messages/index.js';

/** What a path of the protocol leads to. */
export type Route = Health | Index | Described | OfModel;

/** The server's own state. */
interface Health {
  readonly to: 'live' | 'ready';
}

/** The repository's index, whose body says which states are wanted. */
interface Index {
  readonly to: 'index';
}

/** What the server tells of itself and its models, which only reads. */
export type Described =
  | { readonly to: 'server' | 'allStatistics' }
  | { readonly to: 'model' | 'statistics'; readonly model: string; readonly version: string | undefined };

/** Something of one model. */
type OfModel =
  | { readonly to: 'infer'; readonly model: string; readonly version: string | undefined }
  | { readonly to: 'modelReady'; readonly model: string; readonly version: string | undefined }
  | { readonly to: 'load' | 'unload'; readonly model: string };

/** Routes of a fixed path. A model that is named `stats` still has its versions' paths, and all that are longer. */
const FIXED: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['/v2', { to: 'server' }],
  ['/v2/health/live', { to: 'live' }],
  ['/v2/health/ready', { to: 'ready' }],
  ['/v2/models/stats', { to: 'allStatistics' }],
  ['/v2/repository/index', { to: 'index' }],
]);

const MODELS = '/v2/models/';
const REPOSITORY = '/v2/repository/models/';

/**
 * The route of a path, without its query. Names are decoded once and never joined to a path.
 *
 * @throws RequestError `invalid` for a name that can't be decoded
 */
export function routeOf(path: string): Route | undefined {
  const fixed = FIXED.get(path);
  if (fixed !== undefined) return fixed;
  if (path.startsWith(MODELS)) return modelRoute(path.slice(MODELS.length).split('/'));
  if (!path.startsWith(REPOSITORY)) return undefined;
  const [name, verb, ...rest] = path.slice(REPOSITORY.length).split('/');
  if ((verb !== 'load' && verb !== 'unload') || rest.length > 0) return undefined;
  return { to: verb, model: decoded(name) };
}

function modelRoute(parts: readonly string[]): Route | undefined {
  const hasVersion = parts[1] === 'versions';
  const verb = parts[hasVersion ? 3 : 1];
  if (parts.length > (hasVersion ? 4 : 2) || (hasVersion && parts.length < 3)) return undefined;
  const to = targetOf(verb);
  if (to === undefined) return undefined;
  return { to, model: decoded(parts[0]), version: hasVersion ? decoded(parts[2]) : undefined };
}

function targetOf(verb: string | undefined): 'model' | 'modelReady' | 'statistics' | 'infer' | undefined {
  if (verb === 'infer') return 'infer';
  if (verb === undefined) return 'model';
  if (verb === 'ready') return 'modelReady';
  return verb === 'stats' ? 'statistics' : undefined;
}

function decoded(part: string): string {
  if (!part.includes('%')) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    throw new RequestError('invalid', `the path has '${part}', which isn't percent-encoded UTF-8`);
  }
}

/** The one method of a route. */
export function methodOf({ to }: Route): 'GET' | 'POST' {
  return to === 'infer' || to === 'index' || to === 'load' || to === 'unload' ? 'POST' : 'GET';
}
