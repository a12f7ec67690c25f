/** A file with rows. */
export interface BatchInput {
  readonly path: string;
  readonly format: 'parquet' | 'arrow' | 'csv' | 'jsonl';
  /** The same for the same content under the same name. */
  readonly identity: string;
}

/** Rows of one input that are answered, written and committed together. */
export interface Unit {
  /** Names it and its output: of model, input, range and options. */
  readonly key: string;
  readonly input: BatchInput;
  /** Its number among the units of all inputs. */
  readonly index: number;
  /** Row groups, record batches or bytes: the first, and one past the last. */
  readonly from: number;
  readonly to: number;
}
