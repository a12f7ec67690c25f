import type { Certificate, ExpectedCost, Plan } from '../cascades/index.js';
import { type Elements, type InputDeclaration, RequestError } from '../lib/protocol/messages/index.js';
import type { TopKCertificate } from '../topk/index.js';

/**
 * What threads and errors call one load of a version. Each load has a key of its own, so that requests of an old one
 * end where they began. Nothing parses it.
 */
export type ModelKey = string;

/** Where a version of a model lies. */
export interface ModelFiles {
  readonly key: ModelKey;
  /** Paths of `model.cascade` and of the features' module. */
  readonly artifact: string;
  readonly features: string;
}

/** The mode in which the full model alone answers. */
export const FULL_MODEL = -1;

/** The full model asked once more on purpose, where a promise is of one that may differ from itself. */
export const FULL_AGAIN = -2;

/** Rows of one or several requests to one model, to be computed together. */
export interface Slice {
  readonly model: ModelKey;
  /** Whose request it is. Undefined where several share it: those run by themselves before one is to blame. */
  readonly tenant?: string | undefined;
  /** Position of the certified mode that answers, 0 the model's own plan; or {@link FULL_MODEL}, or {@link FULL_AGAIN}. */
  readonly mode: number;
  readonly rows: number;
  /** Position of its first row in the request, by which errors name rows; 0 unless a request was cut. */
  readonly firstRow?: number;
  /** An input a name: the rows' elements one after the other. */
  readonly inputs: Readonly<Record<string, SliceInput>>;
  /** Of a ranker: how many candidates to return. */
  readonly k?: number;
  /** Whether the server is in a spell, which ends where the full model answers the first row. */
  readonly probe?: boolean;
  /** Milliseconds left for it; undefined: as long as it takes. */
  readonly deadlineMs?: number | undefined;
  /** Whether the answer needs scores. */
  readonly scores: boolean;
}

export interface SliceInput {
  readonly elements: Elements;
  /** Of a row: the tensor's shape without its first size. */
  readonly rowShape: readonly number[];
}

/** Answers to a slice's rows, in their order. */
export interface SliceAnswer {
  /**
   * Positions in the model's classes, or for regression numbers; of a ranker, the positions of the K best candidates.
   */
  readonly answers: Float64Array;
  /** rows x width; empty where none were wanted. */
  readonly scores: Float64Array;
  readonly exits: Uint8Array;
  /** 1 where the certificate doesn't cover the row, since something that it needed failed. */
  readonly degraded: Uint8Array;
  readonly verdict: string;
  /** Processor time that it took, in milliseconds. */
  readonly busyMs: number;
}

/** Rows that are refused by themselves: nothing was computed of them, nothing failed, and no promise is about them. */
export class RefusedRows extends RequestError {
  constructor(message: string, options?: ErrorOptions) {
    super('invalid', message, undefined, options);
  }
}

/** A slice that has been started. */
export interface Running {
  readonly answer: Promise<SliceAnswer>;
  /**
   * Fulfilled when the slice leaves its core for the first time: it is answered, or waits for something elsewhere.
   * The core can take another slice then.
   */
  readonly yielded: Promise<void>;
}

/** What runs slices: worker threads, or the thread of the caller. */
export interface Executor {
  /** Cores that take slices now. */
  readonly cores: number;
  /**
   * Starts a slice on a core that is free. Rejects with RequestError.
   *
   * @returns the answer itself where it is there at once: promises take as long as a small model
   * @throws RequestError where it fails at once
   */
  run(slice: Slice): Running | SliceAnswer;
  /** Why a tenant's request of so many octets isn't taken: one like it ended a thread a while ago. */
  refusal?(model: ModelKey, tenant: string, octets: number): RequestError | undefined;
}

/** Whether a slice is answered later. */
export function isRunning(started: Running | SliceAnswer): started is Running {
  return 'yielded' in started;
}

/** An executor, and the models that it answers for. */
export interface ModelExecutor extends Executor {
  /**
   * Reads a version, loads it wherever slices run, and warms it. Asked again with the same key it
   * gives the same promise. A version that isn't loaded everywhere answers nothing.
   *
   * @throws RequestError `unavailable` with the reason; ArtifactError for the artifact's own faults;
   * the signal's reason, with nothing left behind
   */
  load(files: ModelFiles, options?: { readonly signal?: AbortSignal | undefined }): Promise<LoadedModel>;
  /** Forgets a version, and frees what no other one holds. Its slices should have ended. */
  unload(key: ModelKey): Promise<void>;
  /** Ends all threads; slices that run are refused. */
  close(): Promise<void>;
}

/** A plan of a model that is served, with what it promises. */
export interface ServedMode {
  /** The largest expected loss; null where nothing is certified. */
  readonly epsilon: number | null;
  readonly verdict: string;
  readonly cost: ExpectedCost;
  /** As it stands after loading: void where features or the full model have changed. */
  readonly certificate: Certificate | TopKCertificate;
  /** Undefined for rankers. */
  readonly plan: Plan | undefined;
}

/** Answers of a model to the rows in its file. */
export interface OwnAnswers {
  readonly rows: number;
  /** Of these, the most in a mode that were answered without something that failed. */
  readonly degraded: number;
}

/** A model that is loaded and warm, as its executor describes it. */
export interface LoadedModel {
  readonly key: ModelKey;
  /** Labels in the order of classes; empty for regression and rankers. */
  readonly labels: readonly (string | number | boolean)[];
  readonly kind: 'classes' | 'value' | 'ranker';
  readonly inputs: readonly InputDeclaration[];
  /** The number that the artifact has for the rows behind its certificate. */
  readonly restsOn: number;
  /** Numbers a row in `SliceAnswer.scores`. */
  readonly width: number;
  /** From conservative to aggressive; the first is the model's own plan. */
  readonly modes: readonly [ServedMode, ...ServedMode[]];
  /** Set where loading had nothing to compare features with. */
  readonly unchecked?: true;
  /** Of a model that was only to be checked. */
  readonly ownAnswers?: OwnAnswers;
  /**
   * Octets by content: the same digest in two models is held once. Beside shared memory that is what features have
   * made of it on each thread.
   */
  readonly held: readonly { readonly digest: string; readonly octets: number }[];
}
