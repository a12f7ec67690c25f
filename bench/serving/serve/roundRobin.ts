import { get } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

interface Target {
  isReady: boolean;
  readonly open: Set<Socket>;
  readonly poll: NodeJS.Timeout;
}

/**
 * A balancer of connections, in turn, that knows of its servers what a Service of Kubernetes knows: whether they said
 * that they are ready a moment ago. It tries nothing again: what a server refuses or cuts, its client sees.
 */
export class RoundRobin {
  private readonly targets = new Map<number, Target>();
  private turn = 0;

  private constructor(private readonly server: Server) {}

  /** Listens on this machine alone. */
  static open(): Promise<RoundRobin> {
    return new Promise((resolve) => {
      const server = createServer({ noDelay: true }, (client) => balancer.pass(client));
      const balancer = new RoundRobin(server);
      server.listen(0, '127.0.0.1', () => resolve(balancer));
    });
  }

  get port(): number {
    const address: string | AddressInfo | null = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /**
   * @param port where connections go
   * @param health where HTTP says whether it is ready
   */
  add(port: number, health = port, everyMs = 50): void {
    const look = () =>
      get({ port: health, host: '127.0.0.1', path: '/v2/health/ready', agent: false }, (answer) => {
        answer.resume();
        target.isReady = answer.statusCode === 200;
      }).on('error', () => {
        target.isReady = false;
      });
    const target: Target = { isReady: false, open: new Set(), poll: setInterval(look, everyMs) };
    this.targets.set(port, target);
  }

  /** Fulfilled once it sees that. */
  async until(port: number, is: 'ready' | 'unready' | 'unused'): Promise<void> {
    const target = this.targets.get(port);
    const holds = () => {
      if (target === undefined) return true;
      return is === 'unused' ? target.open.size === 0 : target.isReady === (is === 'ready');
    };
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** Forgets a server; its connections stay. */
  remove(port: number): void {
    clearInterval(this.targets.get(port)?.poll);
    this.targets.delete(port);
  }

  close(): void {
    for (const [port, { open }] of this.targets) {
      for (const socket of open) socket.destroy();
      this.remove(port);
    }
    this.server.close();
  }

  private pass(client: Socket): void {
    const ready = [...this.targets].filter(([, { isReady }]) => isReady);
    if (ready.length === 0) {
      client.destroy();
      return;
    }
    const [port, { open }] = ready[this.turn++ % ready.length];
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
    open.add(client);
    client.on('close', () => {
      open.delete(client);
      server.destroySoon();
    });
    server.on('close', () => client.destroySoon());
    for (const socket of [client, server]) socket.on('error', () => {});
    client.pipe(server).pipe(client);
  }
}
