import type { ModelKey } from '../executor.js';
import type { LoadedReport, LoadTask, PackedSlice, SentFault } from './hosting/index.js';
import type { SentAnswer } from './sending.js';

/** What a thread is sent. Requests with an `id` are answered once with it. */
export type ToThread =
  | { readonly kind: 'load'; readonly id: number; readonly task: LoadTask }
  | { readonly kind: 'unload'; readonly id: number; readonly key: ModelKey }
  | { readonly kind: 'slice'; readonly id: number; readonly slice: PackedSlice }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'ping'; readonly id: number };

/** What a thread sends: first of all, and with no request's id, that it lives. */
export type FromThread =
  | { readonly kind: 'started'; readonly id: 0; readonly task: string | undefined }
  | { readonly kind: 'loaded'; readonly id: number; readonly loading: LoadedReport }
  | { readonly kind: 'unloaded'; readonly id: number }
  | { readonly kind: 'answered'; readonly id: number; readonly answer: SentAnswer }
  | { readonly kind: 'failed'; readonly id: number; readonly fault: SentFault }
  | { readonly kind: 'yielded'; readonly id: number }
  | { readonly kind: 'pong'; readonly id: number };
