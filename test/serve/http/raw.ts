import { connect, type Socket } from 'node:net';

/** A connection on which octets are written as they are. */
export class RawConnection {
  private received = '';
  private hasEnded = false;
  private wake = () => {};
  readonly closed: Promise<void>;

  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1');
    socket.on('data', (text) => {
      this.received += text;
      this.wake();
    });
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.hasEnded = true;
        this.wake();
        resolve();
      });
    });
  }

  static open(port: number): Promise<RawConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.off('error', reject);
        resolve(new RawConnection(socket));
      });
      socket.once('error', reject);
    });
  }

  write(octets: string | Uint8Array): this {
    this.socket.write(octets);
    return this;
  }

  /** All that came, once it matches or the connection is closed. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received) && !this.hasEnded) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    return this.received;
  }

  /** All that came until the other side closed. */
  async untilClosed(): Promise<string> {
    await this.closed;
    return this.received;
  }

  close(): void {
    this.socket.destroy();
  }
}

/** A request for a sum, as it is sent. */
export function post(path: string, body: string, headers = ''): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
