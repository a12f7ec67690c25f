import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import test, { type ExecutionContext } from 'ava';
import { chatModel } from '../../../../entries/llm.js';
import { ServerError } from '../../../../index.js';
import { Endpoint } from '../../../../llm/models/providers/endpoint.js';
import { LoopbackServer } from '../../../support/loopbackServer.js';
import { LABELS, notes, prompt, scoresOf } from '../chat/world.js';

const key = 'opaque7secret7value7of7mine';
const { signal } = new AbortController();

class PlainServer extends LoopbackServer {
  readonly seen: IncomingMessage[] = [];

  constructor(private readonly reply: (response: ServerResponse) => void) {
    super();
  }

  protected async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.seen.push(request);
    this.reply(response);
  }
}

async function serverOf(t: ExecutionContext, reply: (response: ServerResponse) => void) {
  const server = new PlainServer(reply);
  const url = await server.start();
  t.teardown(() => server.stop());
  return { server, url };
}

function modelAt(baseURL: string) {
  const secrets = { apiKey: key, headers: { 'api-key': key } };
  return chatModel({ model: 'small', labels: LABELS, prompt, retries: 0, baseURL, ...secrets });
}

for (const status of [301, 302, 303, 307, 308]) {
  test(`neither question nor key goes where a server sends to: ${status}`, async (t) => {
    const other = await serverOf(t, (response) => response.end('{}'));
    const { server, url } = await serverOf(t, (response) =>
      response.writeHead(status, { location: `${other.url}/v1/chat/completions` }).end(),
    );
    await t.throwsAsync(scoresOf(modelAt(url), notes('a')), {
      instanceOf: ServerError,
      message: /sends elsewhere.*baseURL/,
    });
    t.deepEqual([server.seen.length, other.server.seen.length], [1, 0]);
  });
}

test('a file that is kept elsewhere is fetched from there without keys', async (t) => {
  const other = await serverOf(t, (response) => response.end('its content'));
  const { url } = await serverOf(t, (response) =>
    response.writeHead(302, { location: `${other.url}/file` }).end(),
  );
  const endpoint = new Endpoint({ baseURL: url, apiKey: key, headers: { 'api-key': key } }, 'small');
  t.is((await endpoint.send('/files/1/content', {}, signal)).text, 'its content');
  t.notRegex(JSON.stringify(other.server.seen[0].headers), /opaque7/);
});

test('a reply that is far too long is given up, packed or not, and not kept', async (t) => {
  const long = Buffer.alloc(20_000_000, 'x');
  for (const [headers, body] of [
    [{}, long],
    [{ 'content-encoding': 'gzip' }, gzipSync(long)],
  ] as const) {
    const { url } = await serverOf(t, (response) => response.writeHead(200, headers).end(body));
    const model = modelAt(url);
    await t.throwsAsync(scoresOf(model, notes('a')), { instanceOf: ServerError, message: /longer than/ });
    t.is((await model.account()).answers, 0);
  }
});
