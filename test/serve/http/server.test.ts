import test from 'ava';
import { ListenError, OptionError } from '../../../lib/errors.js';
import { type HttpServerOptions, httpServer } from '../../../serve/http/index.js';
import { FakeBackend } from '../fakeBackend.js';
import { RawConnection } from './raw.js';
import { asking } from './rows.js';
import { serve } from './served.js';

test('pages of other parts have their own paths', async (t) => {
  const { get } = await serve(t, {
    pages: {
      '/metrics': {
        right: 'metrics',
        answer: (query) => ({ contentType: 'text/plain; version=0.0.4', body: `of ${query.get('of')}` }),
      },
    },
  });
  const answer = await get('/metrics?of=adder');
  t.is(answer.headers.get('content-type'), 'text/plain; version=0.0.4');
  t.is(await answer.text(), 'of adder');
  t.is((await get('/metrics', { method: 'POST' })).status, 405);
});

test('without keys it answers no foreign page of a browser here', async (t) => {
  const { port, backend } = await serve(t);
  for (const headers of [
    'Host: evil.example:8000\r\n',
    `Host: localhost:${port}\r\nOrigin: https://evil.example\r\n`,
    'Host: localhost\r\nOrigin: null\r\n',
  ]) {
    const raw = await RawConnection.open(port);
    const body = asking([[1, 2]]);
    raw.write(
      `POST /v2/models/adder/infer HTTP/1.1\r\n${headers}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    t.regex(await raw.untilClosed(), /^HTTP\/1.1 403 /, headers);
  }
  t.is(backend.calls.length, 0);
  const own = await RawConnection.open(port);
  own.write(
    `GET /v2 HTTP/1.1\r\nHost: [::1]:${port}\r\nOrigin: http://[::1]:${port}\r\nConnection: close\r\n\r\n`,
  );
  t.regex(await own.untilClosed(), /^HTTP\/1.1 200 /);
});

test('options are checked', async (t) => {
  const backend = new FakeBackend();
  for (const [options, name] of [
    [{ host: '0.0.0.0' }, 'host'],
    [{ host: '::' }, 'host'],
    [{ host: '' }, 'host'],
    [{ port: 70_000 }, 'port'],
    [{ overloadStatus: 500 }, 'overloadStatus'],
    [{ limits: { bodyOctets: 0 } }, 'limits.bodyOctets'],
    [{ limits: { bodies: 1 } }, 'limits.bodies'],
    [{ limits: { headersMs: 100, requestMs: 50 } }, 'limits.requestMs'],
    [{ message: { elements: -1 } }, 'message.elements'],
    [{ prot: 1 }, 'prot'],
  ] as const) {
    const error = await t.throwsAsync(httpServer(backend, options as HttpServerOptions), {
      instanceOf: OptionError,
    });
    t.is(error?.option, name);
  }
  const { port } = await serve(t);
  const taken = await t.throwsAsync<ListenError>(httpServer(backend, { port }), { instanceOf: ListenError });
  t.is(taken?.reason, 'taken');
  t.is(
    taken?.message,
    `can't listen on port ${port} of 127.0.0.1: another program listens there. End that, or choose another port; ` +
      'with 0 the system chooses a free one',
  );
});
