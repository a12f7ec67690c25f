import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { closable } from '../../lib/util/closable.js';
import type { Backend } from '../backend.js';
import { type Listening, listen, portOf } from '../listening.js';
import { rawFailure } from './failure.js';
import { HttpHandler } from './handler.js';
import { endWith } from './lastWords.js';
import { type HttpServerOptions, type HttpSettings, httpSettings } from './options.js';

/** Connections of a server, each with its latest response, or, without one, when it was opened. */
type Connections = Map<Duplex, ServerResponse | number>;

/** How often a closing server ends connections that have become idle, in milliseconds. */
const SWEEP_MS = 50;

/** Milliseconds that the first request of a new connection may take to a server that closes: it may be under way. */
const FRESH_MS = 1_000;

/**
 * Serves models by the Open Inference Protocol, version 2, in JSON and with binary tensors, with Triton's extensions
 * for statistics and the model repository.
 *
 * @returns once it listens
 * @throws OptionError, also for a host that other machines reach without `access`; ListenError where it can't listen
 * @example
 * const server = await httpServer(backend, { port: 8000 });
 */
export async function httpServer(backend: Backend, options: HttpServerOptions = {}): Promise<Listening> {
  const settings = httpSettings(options);
  const handler = new HttpHandler(backend, settings);
  const connections: Connections = new Map();
  const server = serverOf(handler, settings, connections);
  await listen(server, settings.host, settings.port);
  // Such as no file descriptors: it goes on with the connections that it has.
  server.on('error', settings.onFault);
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= drain(server, handler, settings, connections);
    return closing;
  };
  return {
    host: settings.host,
    port: portOf(server),
    leave: () => handler.leave(),
    ...closable(close),
  };
}

function serverOf(handler: HttpHandler, { limits, timer }: HttpSettings, connections: Connections): Server {
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    connections.set(request.socket, response);
    handler.handle(request, response);
  };
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      maxHeaderSize: limits.headerOctets,
      connectionsCheckingInterval: Math.min(1000, limits.headersMs),
      noDelay: true,
      // The handler refuses those without one, and says why.
      requireHostHeader: false,
    },
    handle,
  );
  // Clients with large bodies ask before they send them.
  server.on('checkContinue', handle);
  server.on('checkExpectation', (_, response: ServerResponse) => handler.refuseExpectation(response));
  // Without a listener Node ends the connection, and its client doesn't hear why.
  server.on('connect', (_, socket) => endWith(socket, rawFailure(405, 'this server is no proxy')));
  server.maxConnections = limits.connections;
  server.on('connection', (socket) => {
    connections.set(socket, timer.now());
    socket.once('close', () => connections.delete(socket));
  });
  // Also where a connection without requests has been idle for long.
  server.setTimeout(limits.writeMs, (socket) => {
    if (!isComputed(connections.get(socket))) socket.destroy();
  });
  server.on('clientError', (error, socket) => {
    const latest = connections.get(socket);
    const response = typeof latest === 'number' ? undefined : latest;
    if (!socket.writable || codeOf(error) === 'ECONNRESET') {
      socket.destroy();
    } else if (response === undefined || response.writableFinished) {
      endWith(socket, failureOf(error));
    } else if (isComputed(response) || response.headersSent) {
      // Nothing may come before or into an answer that is due. It is the last.
      response.shouldKeepAlive = false;
      response.once('finish', () => endWith(socket, ''));
    } else if (response.socket === socket) {
      endWith(socket, failureOf(error));
    } else {
      // Its request isn't complete, and answers to others are due before it.
      socket.destroy();
    }
  });
  return server;
}

/** Whether all of a request has come, and none of its answer has been written. */
function isComputed(latest: ServerResponse | number | undefined): boolean {
  if (latest === undefined || typeof latest === 'number') return false;
  return latest.req.complete && !latest.headersSent;
}

/** A response to what is no request. */
function failureOf(error: Error): string {
  const code = codeOf(error);
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return rawFailure(408, 'the request took too long to arrive');
  if (code === 'HPE_HEADER_OVERFLOW') return rawFailure(431, 'the headers are too large');
  return rawFailure(400, `the request is malformed HTTP${code === undefined ? '' : ` (${code})`}`);
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

async function drain(
  server: Server,
  handler: HttpHandler,
  { limits, timer }: HttpSettings,
  connections: Connections,
): Promise<void> {
  handler.leave();
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    // Connections that nothing has come over yet count as busy to Node.
    for (const [socket, opened] of connections) {
      if (typeof opened === 'number' && isFresh(socket) && timer.now() - opened >= FRESH_MS) socket.destroy();
    }
  }, SWEEP_MS);
  const callOff = timer.after(limits.drainMs, () => server.closeAllConnections());
  await closed;
  clearInterval(sweep);
  callOff();
}

function isFresh(socket: Duplex): boolean {
  return 'bytesRead' in socket && socket.bytesRead === 0;
}
