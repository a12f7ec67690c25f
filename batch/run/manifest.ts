/** A unit whose output stands. It says nothing of times, hosts or paths beyond its input's name. */
export interface CommittedUnit {
  readonly key: string;
  readonly input: string;
  readonly rows: number;
  /** SHA-256 of the output's bytes. */
  readonly digest: string;
  /** Rows by the stage that answered; the last is the full model. */
  readonly exits: readonly number[];
  readonly degraded: number;
  readonly errors: number;
  /** Rows by verdict. */
  readonly verdict: Readonly<Record<string, number>>;
}

/** What a run has, and what it is to have. */
export interface Manifest {
  readonly version: 1;
  /** See `identityText`. */
  readonly model: string;
  readonly units: readonly CommittedUnit[];
}
