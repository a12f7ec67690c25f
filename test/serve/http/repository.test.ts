import test from 'ava';
import { contentOf, serve } from './served.js';

test('the repository lists models, with an empty body too, and only those that are ready where that is wanted', async (t) => {
  const { get } = await serve(t);
  const index = (body?: string) =>
    get('/v2/repository/index', { method: 'POST', ...(body === undefined ? {} : { body }) });
  const all = await contentOf(await index());
  t.deepEqual(all.at(-1), { name: 'broken', version: '1', state: 'UNAVAILABLE', reason: 'no model.cascade' });
  t.is(all.length, 3);
  t.is((await contentOf(await index('{}'))).length, 3);
  t.is((await contentOf(await index('{"ready":true}'))).length, 2);
  for (const body of ['{"ready":1}', '[]', '{', 'null']) t.is((await index(body)).status, 400, body);
});

test('models are loaded and unloaded, and nothing of them is overridden', async (t) => {
  const { get, backend } = await serve(t);
  const change = (path: string, body?: string) =>
    get(`/v2/repository/models/${path}`, { method: 'POST', ...(body === undefined ? {} : { body }) });
  t.is((await change('adder/load')).status, 200);
  t.is((await change('adder/load', '{}')).status, 200);
  t.is((await change('adder/unload', '{"parameters":{"unload_dependents":false}}')).status, 200);
  t.deepEqual(backend.loads, ['load adder', 'load adder', 'unload adder']);
  t.is((await change('adder/load')).status, 404);
  const refused = await change('adder/load', '{"parameters":{"config":"{}","file:1/model.cascade":"AAAA"}}');
  t.is(refused.status, 501);
  t.regex((await contentOf(refused)).error, /"config".*overrides nothing/);
  t.is((await change('adder/load', '{"parameters":[]}')).status, 400);
  t.is((await change('adder/load', `{"parameters":"${'x'.repeat(70_000)}"}`)).status, 413);
  t.is(backend.loads.length, 4);
});
