import type { ServeOptions } from 'spillway/serve';

/** Processor time, in microseconds, of all threads. */
export interface Used {
  readonly cpuUs: number;
}

export type ServerCommands = {
  readonly start: {
    readonly given: Pick<ServeOptions, 'directory' | 'grpcPort' | 'workers' | 'keys' | 'tenants' | 'limits'>;
    /** `startMs` to all models warm. */
    readonly result: {
      readonly port: number;
      readonly grpc: string | undefined;
      readonly startMs: number;
      readonly ready: number;
      readonly faults: readonly string[];
    };
  };
  readonly used: { readonly given: null; readonly result: Used };
  /** Octets of this process's share of memory. */
  readonly pss: { readonly given: null; readonly result: number };
  /** Loads a model's latest files. */
  readonly load: { readonly given: string; readonly result: null };
  /** Octets by content: held once, and as if each model had its own. */
  readonly held: { readonly given: null; readonly result: { readonly once: number; readonly each: number } };
};

/** Milliseconds of a model that shares nothing. */
export interface NaiveLoad {
  readonly loadMs: number;
  readonly warmMs: number;
}

/** One model behind `node:http`, as anybody would write it: `warm` before the first request, or not. */
export type AloneCommands = {
  readonly start: {
    readonly given: { readonly folders: readonly string[]; readonly warm: boolean };
    /** `before`: share of memory without any model. */
    readonly result: { readonly port: number; readonly loads: readonly NaiveLoad[]; readonly before: number };
  };
  readonly pss: ServerCommands['pss'];
  /** Octets that it has alone. */
  readonly private: ServerCommands['pss'];
  readonly used: ServerCommands['used'];
  /** Processor time of an answer to one row, in microseconds, in a loop. */
  readonly own: {
    readonly given: { readonly row: unknown; readonly rounds: number; readonly loops: number };
    readonly result: readonly number[];
  };
};

export type BareCommands = {
  /** A server that returns what it gets. */
  readonly echo: { readonly given: null; readonly result: number };
  readonly used: ServerCommands['used'];
  /** Processor time of a message to a thread and back, in microseconds; so many at a time. */
  readonly thread: {
    readonly given: { readonly at: number; readonly count: number; readonly rounds: number };
    readonly result: readonly number[];
  };
};

export type GrpcCommands = {
  /** So many requests of one row of numbers, so many at a time. */
  readonly run: {
    readonly given: {
      readonly address: string;
      readonly model: string;
      readonly input: string;
      readonly numbers: readonly number[];
      readonly at: number;
      readonly count: number;
    };
    readonly result: null;
  };
};
