/** The thread's data has by this name, shared, the id of the task that it computes; -1 while its tasks wait. */
export const COMPUTES = 'spillwayComputes';

/** What a thread is sent: a task, that a task's result isn't needed any more, or that it is to show that it lives. */
export type ToCrew<Task> =
  | { readonly id: number; readonly task: Task }
  | { readonly id: number; readonly left: true }
  | { readonly ping: true };

/**
 * What it sends: its number at the system first, and that it has started; the share of a task that is done, that a task waits and leaves the
 * thread to others, its result, or the message of what it threw; and that it lives.
 */
export type FromCrew<Result> =
  | { readonly number: string | undefined }
  | { readonly started: true }
  | { readonly pong: true }
  | { readonly id: number; readonly share: number }
  | { readonly id: number; readonly waits: true }
  | { readonly id: number; readonly result: Result }
  | { readonly id: number; readonly failure: string };
