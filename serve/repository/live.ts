import type { LoadedModel } from '../executor.js';
import type { ModelSettings } from './settings.js';

/** A version that has been loaded and warmed. */
export interface LoadedVersion {
  readonly name: string;
  readonly version: string;
  readonly settings: ModelSettings;
  /** Of its files and settings. */
  readonly digest: string;
  /** Of the same, and of when the files were written. */
  readonly stamp: string;
  readonly model: LoadedModel;
}

/** A loaded version with what answers for it, and the number of jobs that use it. */
export class Live<T> {
  private jobs = 0;
  private over: (() => void) | undefined;
  /** Whether it is served no more: others may have taken its place. */
  isRetired = false;

  constructor(
    readonly loaded: LoadedVersion,
    readonly endpoint: T,
  ) {}

  /** A job begins; it must call {@link end} once. */
  begin(): void {
    this.jobs++;
  }

  end(): void {
    this.jobs--;
    if (this.jobs === 0) this.over?.();
  }

  /** Fulfilled once no job uses it. Nothing may begin after it was called. */
  drained(): Promise<void> {
    if (this.jobs === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.over = resolve;
    });
  }
}
