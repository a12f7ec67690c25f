import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on a free port of this machine, for tests of those who call one. */
export abstract class LoopbackServer {
  /** Requests that the client gave up. */
  givenUp = 0;
  // On a busy machine a client takes longer than Node's 5 s to use a connection again; until it stops, none is closed.
  private readonly server: Server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    void this.serve(request, response);
  });

  protected abstract serve(request: IncomingMessage, response: ServerResponse): Promise<void>;

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const { port } = this.server.address() as AddressInfo; // It listens on a port, not a pipe.
    return `http://127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
