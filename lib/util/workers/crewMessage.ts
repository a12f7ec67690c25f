/** What a thread is sent: a task, or that a task's result isn't needed any more. */
export type ToCrew<Task> =
  | { readonly id: number; readonly task: Task }
  | { readonly id: number; readonly left: true };

/** What it sends: the share of a task that is done, its result, or the message of what it threw. */
export type FromCrew<Result> =
  | { readonly id: number; readonly share: number }
  | { readonly id: number; readonly result: Result }
  | { readonly id: number; readonly failure: string };
