import type { FileHandle } from 'node:fs/promises';

/** What a group is written to. */
export type GroupFile = Pick<FileHandle, 'write' | 'datasync'>;

interface Waiting {
  readonly isSynced: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Appends lines. Those that come while others are being written are written together, and reach the disk by one call: a
 * hundred answers that come at once cost about as much as one.
 *
 * @see DeWitt et al., "Implementation techniques for main memory database systems", SIGMOD 1984: group commit
 */
export class GroupWriter {
  private lines: string[] = [];
  private waiting: Waiting[] = [];
  private isWriting = false;
  private broken: { readonly error: unknown } | undefined;
  private idle: (() => void)[] = [];

  /** @param at where the next line goes */
  constructor(
    private readonly file: GroupFile,
    private at: number,
  ) {}

  /**
   * Fulfilled once the line is handed to the system, where a process that ends leaves it; with `isSynced` once the disk has
   * it, too. After a failure, which may leave half a line, nothing is appended any more: all reject with its error.
   */
  append(line: string, isSynced: boolean): Promise<void> {
    if (this.broken) return Promise.reject(this.broken.error);
    return new Promise((resolve, reject) => {
      this.lines.push(line);
      this.waiting.push({ isSynced, resolve, reject });
      if (!this.isWriting) void this.write();
    });
  }

  /** Fulfilled when nothing waits. */
  settled(): Promise<void> {
    return this.isWriting ? new Promise((resolve) => this.idle.push(resolve)) : Promise.resolve();
  }

  private async write(): Promise<void> {
    this.isWriting = true;
    // Those of the same turn join the first.
    await Promise.resolve();
    while (this.lines.length > 0) {
      const [lines, waiting] = [this.lines, this.waiting];
      this.lines = [];
      this.waiting = [];
      try {
        if (this.broken) throw this.broken.error;
        const bytes = Buffer.from(lines.join(''));
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, this.at);
          done += bytesWritten;
          this.at += bytesWritten;
        }
        for (const each of waiting) if (!each.isSynced) each.resolve();
        if (waiting.some(({ isSynced }) => isSynced)) await this.file.datasync();
        for (const each of waiting) each.resolve();
      } catch (error) {
        this.broken ??= { error };
        for (const each of waiting) each.reject(error);
      }
    }
    this.isWriting = false;
    for (const each of this.idle.splice(0)) each();
  }
}
