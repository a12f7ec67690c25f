/** What a thread is sent. */
export interface UnitsRequest<Job> {
  readonly id: number;
  readonly job: Job;
  /** Units are numbered from 0 to before this. */
  readonly units: number;
  /** Shared by all threads: see `NEXT` and `ABANDONED`. */
  readonly claims: Int32Array;
}

/** The entry with the next unit that no thread has taken. */
export const NEXT = 0;
/** The entry that is 1 once the result isn't needed any more. */
export const ABANDONED = 1;

/** What it answers: numbers, or the message of what was thrown. */
export type UnitAnswer =
  | { readonly id: number; readonly values: Float64Array }
  | { readonly id: number; readonly failure: string };
