import type { Scaling } from '../../data/blocks/index.js';

/** Options of `dense`. */
export interface DenseOptions {
  /** See `Feature.version`. */
  readonly version?: string;
  /** Money a row, for the objective 'price'. @defaultValue 0 */
  readonly price?: number;
  /** See `Feature.waits`. @defaultValue false */
  readonly waits?: boolean;
  /** See `Feature.tolerance`. @defaultValue 1e-5 */
  readonly tolerance?: number;
  /** See `Feature.live`. @defaultValue false */
  readonly live?: boolean;
  /**
   * How NaN, a missing value, is handled. `false`: it is an error. `true`: it stays, for learners
   * and models that accept it (`gradientBoosting`, trees of XGBoost and LightGBM). `'indicator'`,
   * for those that don't: it becomes 0, and the columns are followed by as many again, 1 where the
   * value was missing. @defaultValue false
   */
  readonly missing?: boolean | 'indicator';
  /**
   * How linear learners scale the columns: each by its own spread, or with `'block'` all by one
   * factor, which suits an embedding. Excludes `missing: 'indicator'`. @defaultValue 'columns'
   */
  readonly scaling?: Scaling;
}

/** Options of `dense` with versions of your own. */
export interface VersionsOptions<Version extends string = string> extends DenseOptions {
  /**
   * Names of the versions that `compute` knows, the cheapest first; the last is the feature itself. Two or more, none
   * with '@'. The others are its fidelities, `name@version`, which stages may read in its place.
   */
  readonly versions: readonly Version[];
  /**
   * Whether a version goes on from the numbers of the one before: then `compute` gets these as `previous` for each
   * version but the first, and answers at once, with no promise. @defaultValue false: each is computed from the rows
   * alone
   */
  readonly nested?: boolean;
}

/** Computes a batch: `values.length * columns` values, row-major, or a promise of them. */
export interface ComputeDense<Value> {
  (values: readonly Value[]): Float32Array | Promise<Float32Array>;
  /** Whether `perRow` made it. */
  readonly isPerRow?: true;
  /** What errors call its columns. @defaultValue their positions */
  readonly names?: readonly string[];
}

/** Computes a batch at one of the feature's versions, as {@link ComputeDense} does. */
export interface ComputeVersion<Value, Version extends string = string> {
  /**
   * @param version one of `versions`
   * @param previous the numbers of the version before for these rows, in an array of their own, where the versions
   *   are `nested`; undefined for the first one
   */
  (
    values: readonly Value[],
    version: Version,
    previous: Float32Array | undefined,
  ): Float32Array | Promise<Float32Array>;
  /** Whether `perRow` made it. */
  readonly isPerRow?: true;
}

/** Either of them: who has no versions is told none. */
export interface ComputeAny<Value> {
  (values: readonly Value[], version?: string, previous?: Float32Array): Float32Array | Promise<Float32Array>;
  readonly isPerRow?: true;
  readonly names?: readonly string[];
}
