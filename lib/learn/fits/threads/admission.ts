/** Admits work in its order, as much at once as memory allows. */
export class MemoryAdmission {
  private taken = 0;
  private readonly waiting: { readonly bytes: number; readonly enter: () => void }[] = [];

  /** @param limit bytes that all work under way may take; work that takes more by itself is never admitted */
  constructor(private readonly limit: number) {}

  /**
   * Waits for its turn and for memory.
   *
   * @returns to be called when the work is over
   * @throws the signal's reason, at once if that is aborted
   */
  async enter(bytes: number, signal: AbortSignal | undefined): Promise<() => void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const one = { bytes, enter: resolve };
      const stop = () => {
        const at = this.waiting.indexOf(one);
        if (at < 0) return;
        this.waiting.splice(at, 1);
        reject(signal?.reason);
        this.admit();
      };
      signal?.addEventListener('abort', stop, { once: true });
      one.enter = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      this.waiting.push(one);
      this.admit();
    });
    return () => {
      this.taken -= bytes;
      this.admit();
    };
  }

  private admit(): void {
    for (let first = this.waiting[0]; first !== undefined; first = this.waiting[0]) {
      if (this.taken + first.bytes > this.limit) return;
      this.taken += first.bytes;
      this.waiting.shift();
      first.enter();
    }
  }
}
