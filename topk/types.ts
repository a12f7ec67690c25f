import type { CertificateVerdict, Label, Prefix, Stability, Target } from '../cascades/internal.js';
import type { TopKCut } from './cuts/index.js';

/** From … to, both included. */
export type Range = readonly [number, number];

/** A metric of an answer beside the true one: 1 where nothing is lost, 0 at the worst. */
export interface TopKMetric {
  readonly name: string;
  /** In [0, 1], by its argument alone. */
  readonly value: (judged: JudgedAnswer) => number;
}

/** An answer whose truth or full answer is known. */
export interface JudgedAnswer {
  /** Positions of the candidates in the answer, and in the full model's answer, best first. */
  readonly answer: Int32Array;
  readonly truth: Int32Array;
  /** The full model's score of every candidate, by position. */
  readonly scores: Float64Array;
}

/** The promise of an answer, as plain data. */
export interface TopKPromise {
  /** `recall`, `precision`, `ndcg`, or the name of a metric of the user's; at K. */
  readonly metric: string;
  /** The mean over queries is at least this; with `share`, at least that share of queries reaches it. */
  readonly level: number;
  readonly share: number | null;
  /** The chance, at most, that the promise fails. */
  readonly delta: number;
  /** The K and the numbers of candidates that it is for. */
  readonly k: Range;
  readonly candidates: Range;
  /** The classes that it ranks by; none for numbers, or where a function ranks. */
  readonly rankClass: readonly Label[];
  readonly population: Population;
}

/** The population that the promise averages over. */
export type Population = 'queries drawn like those given' | 'subsets drawn so from this pool';

/** A plan on some queries: the mean metric, the least, and how many queries stay under the level. */
export interface ObservedMetric {
  /** The mean metric of the queries. */
  readonly mean: number;
  /** The metric of the worst query. */
  readonly least: number;
  /** Queries below the promised level. */
  readonly under: number;
}

/** The test's result for one band of K. Plain data. */
export interface BandCertificate {
  readonly verdict: CertificateVerdict;
  /** Why it isn't `certified`. */
  readonly reason: string | null;
  readonly promise: TopKPromise;
  /** The test, in words. */
  readonly method: string;
  /** Certification queries of the band. */
  readonly queries: number;
  /** Those of the second test, where there is one; see {@link BandCertificate.unseen}. */
  readonly unseenQueries?: number;
  /** The served plan on these queries. */
  readonly observed: ObservedMetric;
  /**
   * The same on the queries of the second test, since the plan had to pass on either. For a pool, as many of rows that
   * tuning never saw, nor copies of them. Where queries are equal, one of each of which no copy was tuned on; what
   * comes too often for that counts as lost, with a metric of 0.
   */
  readonly unseen?: ObservedMetric;
  /** The fewest certification queries that could have certified the promise, where there were fewer. */
  readonly queriesNeeded: number | null;
}

/** The promise of a ranker’s answers, by bands of queries. */
export interface TopKCertificate {
  /** `certified` if every band is; each answer carries the verdict of its own band. */
  readonly verdict: CertificateVerdict;
  readonly reason: string | null;
  /** The chance, at most, that any of the bands' promises fails. */
  readonly delta: number;
  /**
   * How equal rows and queries were read: as independent draws, some of which are popular, so that the promise covers
   * all of them; as copies of one draw; or as either, so that the promise holds whichever they are. Absent in files
   * of earlier releases.
   */
  readonly repeats?: 'draws' | 'copies' | 'either';
  /** The number of queries that equal another one and, as copies of it, were left out. Absent if there are none. */
  readonly copies?: number;
  readonly bands: readonly BandCertificate[];
  /** Differences found when training rows were read again in small batches. */
  readonly stability?: Stability;
}

/**
 * The output of a stage's model: its scores, or one class's margin of a linear model with several classes. The margin
 * leaves the other classes out, so it ranks worse and costs much less.
 */
export type StageOutput = 'scores' | 'margin';

/** A stage of a ranker: its features, model and cut. */
export interface RankerStage<Name extends string = string> {
  readonly features: readonly Name[];
  readonly learner: string;
  readonly target: Target;
  /** The first rounds of its model that are run, if not all. */
  readonly prefix: Prefix | null;
  /** Whether candidates are compared by the model's scores, or by the margin of the class alone. */
  readonly output: StageOutput;
  readonly cut: TopKCut;
  /** Share of the candidates expected to get here. */
  readonly reach: number;
  /** Expected cost of each candidate that gets here, microseconds (or money, by the objective). */
  readonly cost: number;
}

/** The plan for queries of one band of K. Plain data. */
export interface BandPlan<Name extends string = string> {
  readonly k: Range;
  /** Cheapest first; none if the full model scores every candidate. */
  readonly stages: readonly RankerStage<Name>[];
  readonly full: { readonly features: readonly Name[]; readonly reach: number; readonly cost: number };
  /** Expected cost of a candidate through the stages, and through the full pipeline. */
  readonly expected: { readonly cost: number; readonly fullCost: number; readonly speedup: number };
}

/** A ranker’s stages and cuts, for each band of queries: plain data. */
export interface RankerPlan<L extends Label = Label, Name extends string = string> {
  /** None for regression. */
  readonly classes: readonly L[];
  readonly bands: readonly BandPlan<Name>[];
}

/** A plan's mean metric and its mean cost of a candidate over the tuning queries. */
export interface CurvePoint {
  /** For a candidate, in microseconds (or money, by the objective). */
  readonly cost: number;
  /** The mean metric. */
  readonly value: number;
  readonly isServed: boolean;
}

/**
 * For one band: its plans from cheap to conservative, and the choices of Willump's rules. Plain
 * data.
 */
export interface BandCurve {
  readonly points: readonly CurvePoint[];
  readonly willump: readonly {
    readonly rule: 'published' | 'released';
    readonly cost: number;
    readonly value: number;
  }[];
}

/** A stage that was tried. */
export interface TriedStage {
  readonly features: readonly string[];
  readonly learner: string;
  readonly target: Target;
  readonly prefix: Prefix | null;
  readonly output: StageOutput;
  /**
   * For each kind of cut, the mean cost of a candidate with this stage alone, with the promise just
   * kept; none that cost more than keeping all.
   */
  readonly alone: Readonly<Partial<Record<TopKCut['kind'], number>>>;
}

/** Options of `ranker.query`. */
export interface QueryOptions<Row, L extends Label = Label> {
  /**
   * How many of the top K are skipped, and how many are then returned: pages of one K are slices of
   * one ranking. @defaultValue 0, and the rest
   */
  readonly offset?: number;
  /** The most that are given, a whole number. @defaultValue all of the K after `offset` */
  readonly limit?: number;
  /** The class whose probability ranks. @defaultValue the class that the ranker was made for */
  readonly rankClass?: L;
  /**
   * Candidates that it refuses are left out before anything is computed. The promise of a pool covers random subsets:
   * a filtered query is `outside` it.
   */
  readonly filter?: (row: Row) => boolean;
  /** Aborts the call, which then rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Said of a query that the certificate isn't about. */
export interface OutsideWarning {
  readonly code: 'OUTSIDE_QUERY';
  readonly message: string;
}

/** The K best of a query’s candidates, and the work behind them. */
export interface TopKAnswer {
  /** Positions of the candidates, best first. */
  readonly indices: Int32Array;
  /** The full model's scores that rank them. */
  readonly scores: Float64Array;
  /** Their places in the ranking, from 1. */
  readonly ranks: Int32Array;
  /** The number of candidates after the filter. */
  readonly candidates: number;
  /** Share of them that reached each stage, the full model last. */
  readonly reached: readonly number[];
  /**
   * `exact`: the full model scored every candidate. `certified`: `promise` holds. `outside`: nothing is promised of
   * such queries, see `warning`. `void`: features or full model have changed since they were certified.
   */
  readonly verdict: 'exact' | 'certified' | 'outside' | 'void';
  /** The promise, if the verdict is `certified`. */
  readonly promise: TopKPromise | null;
  readonly warning?: OutsideWarning;
  /** Set where loading had nothing to compare features with: `verdict` then holds only if their code is unchanged. */
  readonly unchecked?: true;
}
