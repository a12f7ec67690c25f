import { connect, type Socket } from 'node:net';
import { type Reply, ReplyReader } from './replies.js';

/** Called with the answer, or with why there is none, and when the request was written, in the process's milliseconds. */
export type Answered = (reply: Reply | Error, writtenAt: number) => void;

interface Connection {
  readonly socket: Socket;
  answered: Answered | undefined;
  writtenAt: number;
}

/** Connections to a server that are kept open. Each has one request at a time; what finds none free waits. */
export class Connections {
  private readonly free: Connection[] = [];
  private readonly waiting: { readonly request: Buffer; readonly answered: Answered }[] = [];
  private readonly all = new Set<Connection>();

  constructor(
    private readonly port: number,
    private readonly most: number,
  ) {}

  send(request: Buffer, answered: Answered): void {
    const connection = this.free.pop() ?? (this.all.size < this.most ? this.open() : undefined);
    if (connection === undefined) this.waiting.push({ request, answered });
    else this.start(connection, request, answered);
  }

  close(): void {
    for (const { socket } of this.all) socket.destroy();
  }

  private start(connection: Connection, request: Buffer, answered: Answered): void {
    connection.answered = answered;
    connection.writtenAt = performance.now();
    connection.socket.write(request);
  }

  private open(): Connection {
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    const connection: Connection = { socket, answered: undefined, writtenAt: 0 };
    const reader = new ReplyReader();
    this.all.add(connection);
    socket.on('data', (chunk: Buffer) => {
      for (const reply of reader.push(chunk)) {
        const { answered, writtenAt } = connection;
        connection.answered = undefined;
        if (reply.isLast) {
          // Its place is free once it has ended.
          answered?.(reply, writtenAt);
          continue;
        }
        const next = this.waiting.shift();
        if (next === undefined) this.free.push(connection);
        else this.start(connection, next.request, next.answered);
        answered?.(reply, writtenAt);
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => this.lost(connection));
    return connection;
  }

  /** The server has ended it. */
  private lost(connection: Connection): void {
    this.all.delete(connection);
    const at = this.free.indexOf(connection);
    if (at >= 0) this.free.splice(at, 1);
    connection.answered?.(new Error('the connection ended without an answer'), connection.writtenAt);
    const next = this.waiting.shift();
    if (next !== undefined) this.send(next.request, next.answered);
  }
}
