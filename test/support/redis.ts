import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Whether Redis can be run here: Debian's package `redis-server`. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** A port of the loopback device that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A Redis of its own, in memory, that can be ended and come back empty on the same port. */
export class RedisServer {
  private process: ChildProcess | undefined;

  private constructor(readonly port: number) {}

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.process = spawn('redis-server', options, { stdio: 'ignore' });
    const client = this.client();
    try {
      for (let i = 0; i < 100; i++) {
        if ((await client.ping().catch(() => '')) === 'PONG') return;
        await setTimeout(20);
      }
      throw new Error('redis-server does not answer');
    } finally {
      client.disconnect();
    }
  }

  client(): Redis {
    const client = new Redis(this.port, '127.0.0.1', {
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: () => 20,
    });
    client.on('error', () => {});
    return client;
  }

  /** At once, as a crash would. */
  async kill(): Promise<void> {
    const ended = this.process;
    this.process = undefined;
    if (ended === undefined || ended.exitCode !== null) return;
    ended.kill('SIGKILL');
    await once(ended, 'exit');
  }

  /** Stops it from answering, with its connections open. */
  pause(): void {
    this.process?.kill('SIGSTOP');
  }

  resume(): void {
    this.process?.kill('SIGCONT');
  }
}
