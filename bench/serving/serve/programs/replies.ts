/** An answer over HTTP. */
export interface Reply {
  readonly status: number;
  readonly body: Buffer;
  /** Whether the server ends the connection after it. */
  readonly isLast: boolean;
}

const END = Buffer.from('\r\n\r\n');

/** Takes answers off the octets of a connection. Each needs a `Content-Length`. */
export class ReplyReader {
  private octets: Buffer = Buffer.alloc(0);

  /** @returns the answers that are whole now, in their order */
  push(chunk: Buffer): Reply[] {
    this.octets = this.octets.length === 0 ? chunk : Buffer.concat([this.octets, chunk]);
    const replies: Reply[] = [];
    for (;;) {
      const head = this.octets.indexOf(END);
      if (head < 0) return replies;
      const text = this.octets.toString('latin1', 0, head);
      const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
      if (!text.startsWith('HTTP/1.1 ') || length === undefined)
        throw new Error(`expected an answer with a length, got ${text.slice(0, 200)}`);
      const end = head + END.length + Number(length);
      if (this.octets.length < end) return replies;
      const body = this.octets.subarray(head + END.length, end);
      const isLast = /\r\nconnection: *close/i.test(text);
      replies.push({ status: Number(text.slice(9, 12)), body, isLast });
      this.octets = this.octets.subarray(end);
    }
  }
}
