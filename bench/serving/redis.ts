import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Whether Redis can be run here: Debian's package `redis-server`. */
export const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** An unused port of the loopback device. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A Redis server, which can be killed and restarted on the same port, with its saved data. */
export class RedisServer {
  private process: ChildProcess | undefined;
  private guard: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'spillway-redis-'));

  private constructor(readonly port: number) {}

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.restart();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async restart(): Promise<void> {
    const options = [
      ...['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder],
      ...['--save', '', '--appendonly', 'no'],
    ];
    this.process = spawn('redis-server', options, { stdio: 'ignore' });
    this.guard?.stdin?.end();
    this.guard = guarding(this.process.pid);
    const client = this.client();
    try {
      for (let i = 0; i < 500; i++) {
        if ((await client.ping().catch(() => '')) === 'PONG') return;
        await setTimeout(20);
      }
      throw new Error('redis-server does not answer');
    } finally {
      client.disconnect();
    }
  }

  /** A connection that reconnects at once whenever it is lost. */
  client(): Redis {
    const client = new Redis(this.port, '127.0.0.1', {
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      retryStrategy: () => 20,
    });
    // Every command reports the error too.
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

  /** Stops it, and deletes its saved data. */
  async end(): Promise<void> {
    await this.kill();
    this.guard?.stdin?.end();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Stops it from answering, with its connections open. */
  pause(): void {
    this.process?.kill('SIGSTOP');
  }

  resume(): void {
    this.process?.kill('SIGCONT');
  }
}

/**
 * Kills a server whose owner has ended in any way: the pipe that the guard reads from is closed
 * then.
 */
function guarding(server: number | undefined): ChildProcess {
  const guard = spawn('sh', ['-c', `read -r _; kill -9 ${server} 2>/dev/null`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  const { stdin } = guard;
  if (stdin !== null && 'unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  return guard;
}
