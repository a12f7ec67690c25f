import test from 'ava';
import { ROUTES, routeOf } from '../../../serve/http/routes.js';

test('each path leads to its route, with the names in it, and none is hidden behind another', (t) => {
  for (const route of ROUTES) {
    const named = route.path.replace('{model}', 'a%2Fb').replace('{version}', '2');
    const model = named === route.path ? '' : 'a/b';
    const version = named.includes('[') ? '2' : undefined;
    t.deepEqual(routeOf(named.replace(/[[\]]/g, '')), { route, model, version });
    t.deepEqual(routeOf(named.replace(/\[.*\]/, '')), { route, model, version: undefined });
  }
});

test('a path that is longer, shorter or cut leads nowhere', (t) => {
  const models = ['', '/a/b', '/a/versions', '/a/versions/1/'].map((path) => `/v2/models${path}`);
  const repository = ['/a', '/a/load/b'].map((path) => `/v2/repository/models${path}`);
  for (const path of ['', '/', '/v2/', '/a/v2', ...models, ...repository])
    t.is(routeOf(path), undefined, path);
});

test('a model may be named as what stands beside it', (t) => {
  t.is(routeOf('/v2/models/stats')?.model, '');
  t.is(routeOf('/v2/models/stats/ready')?.model, 'stats');
  t.is(routeOf('/v2/models/versions/infer')?.model, 'versions');
  t.is(routeOf('/v2/models/a/versions/infer')?.version, 'infer');
});
