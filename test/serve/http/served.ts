import type { ExecutionContext } from 'ava';
import { type HttpServerOptions, httpServer } from '../../../serve/http/index.js';
import { FakeBackend } from '../fakeBackend.js';

/** A server of the fake backend, with ways to ask it. */
export interface Served {
  readonly backend: FakeBackend;
  readonly port: number;
  readonly faults: unknown[];
  leave(): void;
  close(): Promise<void>;
  get(path: string, init?: RequestInit): Promise<Response>;
  ask(body: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>): Promise<Response>;
}

export async function serve(
  t: ExecutionContext,
  options: HttpServerOptions = {},
  backend = new FakeBackend(),
): Promise<Served> {
  const faults: unknown[] = [];
  const server = await httpServer(backend, { port: 0, onFault: (error) => faults.push(error), ...options });
  t.teardown(() => server.close());
  const base = `http://127.0.0.1:${server.port}`;
  const get = (path: string, init?: RequestInit) => fetch(base + path, init);
  return {
    backend,
    port: server.port,
    faults,
    leave: () => server.leave(),
    close: () => server.close(),
    get,
    // fetch adds a Content-Type to texts alone.
    ask: (body, headers = {}) =>
      get('/v2/models/adder/infer', { method: 'POST', body: Buffer.from(body), headers }),
  };
}

/** The JSON of an answer. */
export async function contentOf(answer: Response) {
  return JSON.parse(await answer.text());
}
