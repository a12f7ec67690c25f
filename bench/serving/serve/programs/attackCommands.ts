/** What is done to a server. */
export interface AttackSpec {
  /**
   * `texts`: requests of one text of 14 MB; `bodies`: JSON of 63 MB, over two connections; `unfinished`: 16 messages of
   * 60 MB over gRPC, without a key, that never end; `loads`: versions that hang, or import for 3 s.
   */
  readonly what: 'texts' | 'bodies' | 'unfinished' | 'loads';
  readonly port: number;
  /** Host and port. */
  readonly grpc: string;
  readonly key: string;
  readonly model: string;
  readonly seconds: number;
}

export type AttackCommands = {
  readonly run: {
    readonly given: AttackSpec;
    /** Answers by status, and processor time of the attacker. */
    readonly result: { readonly statuses: Readonly<Record<string, number>>; readonly cpuMs: number };
  };
};
