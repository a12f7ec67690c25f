/** How a task is watched and ended. */
export interface TaskOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the share that is done, 0 … 1; never with less than before. */
  readonly onProgress?: ((share: number) => void) | undefined;
  /** Called when a thread begins it; again where that one is lost. */
  readonly onBegin?: (() => void) | undefined;
  /** Called when it waits again, since the thread that had begun it is lost. */
  readonly onLost?: (() => void) | undefined;
  /**
   * Milliseconds of its core for which the thread may take no message before it is ended. @defaultValue no limit
   */
  readonly limitMs?: number | undefined;
}

/** A task and who waits for it. */
export class CrewJob<Task, Result> {
  attempts = 0;
  /** Whether it has had a thread to itself for a while, and nothing happened. */
  isCleared = false;
  isOver = false;
  private isBegun = false;
  onOver: () => void = () => undefined;
  /** Tells the thread that does it. */
  tell: (() => void) | undefined;
  private share = 0;

  constructor(
    readonly task: Task,
    private readonly onResult: (result: Result) => void,
    private readonly onError: (reason: unknown) => void,
    private readonly options: TaskOptions,
  ) {}

  get limitMs(): number | undefined {
    return this.options.limitMs;
  }

  begin(): void {
    if (this.isOver || this.isBegun) return;
    this.isBegun = true;
    this.options.onBegin?.();
  }

  lose(): void {
    if (!this.isBegun) return;
    this.isBegun = false;
    this.options.onLost?.();
  }

  /** Shares of a task that is done again count from where it was before. */
  progress(share: number): void {
    if (this.isOver || share <= this.share) return;
    this.share = share;
    this.options.onProgress?.(share);
  }

  resolve(result: Result): void {
    if (this.end()) this.onResult(result);
  }

  reject(reason: unknown): void {
    if (this.end()) this.onError(reason);
  }

  leave(reason: unknown): void {
    this.tell?.();
    this.reject(reason);
  }

  private end(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.onOver();
    return true;
  }
}
