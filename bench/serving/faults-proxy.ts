import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { freePort } from './redis.js';

/** Faults injected into replies. */
export interface Harm {
  /** Milliseconds that each is held back. */
  readonly delayMs: number;
  /** Whether a bulk string of this many bytes arrives four bytes short. */
  readonly shortens: ((bytes: number) => boolean) | undefined;
}

const NONE: Harm = { delayMs: 0, shortens: undefined };

/** A proxy between clients and a Redis that injects faults on demand. */
export class FaultyProxy {
  harm = NONE;
  /** The next replies of every connection are cut in the middle, and the connection with them. */
  private cutting = 0;
  private readonly open = new Set<Socket>();
  private readonly server;

  private constructor(
    readonly port: number,
    private readonly to: number,
  ) {
    this.server = createServer((client) => this.join(client)).listen(port, '127.0.0.1');
  }

  static async start(to: number): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(await freePort(), to);
    await once(proxy.server, 'listening');
    return proxy;
  }

  heal(): void {
    this.harm = NONE;
  }

  cutNext(): void {
    this.cutting = 1;
  }

  close(): void {
    this.server.close();
    for (const socket of this.open) socket.destroy();
  }

  private join(client: Socket): void {
    const server = connect(this.to, '127.0.0.1');
    const end = () => {
      client.destroy();
      server.destroy();
      this.open.delete(client);
    };
    this.open.add(client);
    for (const socket of [client, server]) socket.setNoDelay(true).on('error', end).on('close', end);
    client.on('data', (bytes) => server.write(bytes));
    const replies = new Replies((bytes) => this.harm.shortens?.(bytes) ?? false);
    let last = Promise.resolve();
    server.on('data', (bytes) => {
      const passed = replies.pass(bytes);
      if (this.cutting > 0 && passed.length > 1) {
        this.cutting--;
        client.write(passed.subarray(0, passed.length >> 1), end);
        return;
      }
      const { delayMs } = this.harm;
      if (delayMs === 0) {
        last = last.then(() => void client.write(passed));
        return;
      }
      const due = setTimeout(delayMs);
      last = last.then(() => due).then(() => void client.write(passed));
    });
  }
}

/** Replies of the Redis protocol, gone through piece by piece: whole lines, and bulk strings with their ends. */
export class Replies {
  private rest = Buffer.alloc(0);

  constructor(private readonly shortens: (bytes: number) => boolean) {}

  /** The complete replies so far. */
  pass(bytes: Buffer): Buffer {
    const all = Buffer.concat([this.rest, bytes]);
    const passed: Buffer[] = [];
    let at = 0;
    for (let line = all.indexOf('\r\n', at); line >= 0; line = all.indexOf('\r\n', at)) {
      const head = all.subarray(at, line + 2);
      const size = /^[$=!]\d/.test(head.toString('latin1')) ? Number(head.toString('latin1', 1)) : undefined;
      if (size === undefined) {
        passed.push(head);
        at = line + 2;
        continue;
      }
      const end = line + 2 + size + 2;
      if (end > all.length) break;
      if (this.shortens(size)) {
        passed.push(Buffer.from(`$${size - 4}\r\n`), all.subarray(line + 2, end - 6), Buffer.from('\r\n'));
      } else passed.push(all.subarray(at, end));
      at = end;
    }
    this.rest = Buffer.from(all.subarray(at));
    return Buffer.concat(passed);
  }
}
