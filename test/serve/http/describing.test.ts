import test from 'ava';
import { FakeBackend } from '../fakeBackend.js';
import { RawConnection } from './raw.js';
import { asking } from './rows.js';
import { contentOf, serve } from './served.js';

test('health has the bodies that KServe’s client reads', async (t) => {
  const { get, backend } = await serve(t);
  const live = await get('/v2/health/live');
  t.is(live.status, 200);
  t.is(live.headers.get('content-type'), 'application/json');
  t.deepEqual(await contentOf(live), { live: true });
  t.deepEqual(await contentOf(await get('/v2/health/ready')), { ready: true });
  backend.isReady = false;
  const unready = await get('/v2/health/ready');
  t.is(unready.status, 503);
  t.deepEqual(await contentOf(unready), { ready: false });
  t.is((await get('/v2/health/live')).status, 200);
});

test('metadata of the server, of models and their versions', async (t) => {
  const { get, backend } = await serve(t);
  const server = await contentOf(await get('/v2'));
  t.is(server.name, 'spillway');
  t.true(server.extensions.includes('binary_tensor_data'));
  const { maxBatchSize: _, ...metadata } = backend.metadata('adder', undefined);
  t.deepEqual(await contentOf(await get('/v2/models/adder')), metadata);
  t.deepEqual((await contentOf(await get('/v2/models/adder/versions/1'))).versions, ['1']);
  t.deepEqual(await contentOf(await get('/v2/models/adder/ready')), { name: 'adder', ready: true });
  t.is((await get('/v2/models/adder/versions/3/ready')).status, 200);
  backend.isReady = false;
  t.is((await get('/v2/models/adder/ready')).status, 503);
  for (const path of ['/v2/models/none', '/v2/models/adder/versions/2', '/v2/models/none/ready']) {
    const { status, headers } = await get(path);
    t.is(status, 404, path);
    t.is(headers.get('content-type'), 'application/json');
  }
});

test('the configuration in Triton’s words, and labels of columns in it and in metadata', async (t) => {
  const { get, backend } = await serve(t);
  const config = {
    name: 'adder',
    platform: 'spillway_cascade',
    backend: 'spillway',
    max_batch_size: 1000,
    input: [{ name: 'x', data_type: 'TYPE_FP32', dims: [2] }],
    output: [
      { name: 'sum', data_type: 'TYPE_FP64', dims: [] },
      { name: 'label', data_type: 'TYPE_STRING', dims: [] },
      { name: 'exit', data_type: 'TYPE_INT32', dims: [] },
    ],
    parameters: {},
  };
  t.deepEqual(await contentOf(await get('/v2/models/adder/config')), config);
  backend.labels = ['"ham"', 'spam'];
  const labels = '["\\"ham\\"","spam"]';
  t.deepEqual(await contentOf(await get('/v2/models/adder/versions/1/config')), {
    ...config,
    parameters: { 'sum.labels': { string_value: labels } },
  });
  const { outputs } = await contentOf(await get('/v2/models/adder'));
  t.deepEqual(outputs[0], { name: 'sum', datatype: 'FP64', shape: [-1], parameters: { labels } });
  t.is((await get('/v2/models/none/config')).status, 404);
  t.is((await get('/v2/models/adder/versions/2/config')).status, 404);
});

test('statistics of one model and of all, in Triton’s form', async (t) => {
  const { get } = await serve(t);
  const { model_stats } = await contentOf(await get('/v2/models/stats'));
  t.deepEqual(
    model_stats.map((model: { version: string }) => model.version),
    ['1', '3'],
  );
  t.deepEqual(model_stats[0].inference_stats.success, { count: 3, ns: 9e6 });
  t.deepEqual(model_stats[0].inference_stats.compute_infer, { count: 3, ns: 5e6 });
  t.is(model_stats[0].inference_count, 12);
  t.is(model_stats[0].execution_count, 4);
  t.is(model_stats[0].last_inference, 1_700_000_000_000);
  t.is((await contentOf(await get('/v2/models/adder/stats'))).model_stats.length, 2);
  t.is((await contentOf(await get('/v2/models/adder/versions/3/stats'))).model_stats[0].version, '3');
});

test('a model named stats keeps all paths but that of its metadata without a version', async (t) => {
  const { get } = await serve(t, {}, new FakeBackend({ stats: ['1'], versions: ['1'] }));
  t.true('model_stats' in (await contentOf(await get('/v2/models/stats'))));
  t.is((await contentOf(await get('/v2/models/stats/versions/1'))).name, 'stats');
  t.is((await contentOf(await get('/v2/models/stats/stats'))).model_stats[0].name, 'stats');
  t.is((await contentOf(await get('/v2/models/stats/ready'))).name, 'stats');
  const answer = await get('/v2/models/stats/infer', { method: 'POST', body: asking([[1, 2]]) });
  t.is((await contentOf(answer)).model_name, 'stats');
  t.is((await contentOf(await get('/v2/models/versions'))).name, 'versions');
  t.is((await contentOf(await get('/v2/models/versions/versions/1'))).name, 'versions');
});

test('names are decoded once and looked up, never joined to a path', async (t) => {
  const { port, get } = await serve(t, {}, new FakeBackend({ 'a/b': ['1'], 'a%2Fb': ['1'] }));
  for (const path of ['..%2F..%2Fetc%2Fpasswd', '%00', '__proto__', 'constructor', 'a%252Fb%00', '']) {
    const answer = await get(`/v2/models/${path}/ready`);
    t.is(answer.status, 404, path);
    t.is(typeof (await contentOf(answer)).error, 'string');
  }
  t.is((await contentOf(await get('/v2/models/a%2Fb'))).name, 'a/b');
  t.is((await contentOf(await get('/v2/models/a%252Fb'))).name, 'a%2Fb');
  t.is((await get('/v2/models/%E0%A4%A')).status, 400);
  // fetch would resolve the dots.
  const raw = await RawConnection.open(port);
  raw.write('GET /v2/models/../../etc/passwd HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  t.regex(await raw.untilClosed(), /^HTTP\/1.1 404 .*\{"error":"/s);
});

test('a query does no harm', async (t) => {
  const { get } = await serve(t);
  t.is((await get('/v2/health/live?probe=1')).status, 200);
  t.is((await get('/v2/models/adder?x=/infer')).status, 200);
});

test('`live` touches no model', async (t) => {
  const untouchable = new Proxy(new FakeBackend(), {
    get: (_, name) => {
      throw new Error(`touched ${String(name)}`);
    },
  });
  const { get } = await serve(t, {}, untouchable);
  t.is((await get('/v2/health/live')).status, 200);
});
