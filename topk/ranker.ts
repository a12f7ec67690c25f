import { frozenReference, type Label, type SaveOptions } from '../cascades/internal.js';
import { show } from '../lib/check.js';
import type { Profile } from '../lib/costs/index.js';
import { ownArray } from '../lib/data/rows/index.js';
import { OutsideQuery } from '../lib/errors.js';
import { rankingHtml } from '../lib/report/index.js';
import { frozen } from '../lib/util/frozen.js';
import { bandAt, checkMetric, codeOf, isInside } from './problem/index.js';
import { diagnosisOf, type QueryDiagnosis, rankerReport, rankerSummary } from './reporting/index.js';
import {
  bandEngine,
  type Candidates,
  checkQuery,
  type LoadRankerOptions,
  loadRanker,
  type RankEngine,
  type Ranked,
  type RankerParts,
  type RequestedPage,
  rank,
  saveRanker,
} from './serve/index.js';
import type {
  BandCertificate,
  OutsideWarning,
  QueryOptions,
  Range,
  RankerPlan,
  TopKAnswer,
  TopKCertificate,
  TopKMetric,
  TopKPromise,
  TriedStage,
} from './types.js';

/**
 * Finds the K best of many candidates as the full model would: cheap stages drop unlikely
 * candidates, and the full model ranks the others. `tuneTopK` makes it.
 *
 * @example
 * const { indices } = await ranker.query(candidates, 10); // positions among the candidates, best first
 */
export class Ranker<Row, L extends Label = Label, Name extends string = string> {
  private readonly parts: RankerParts<Row, L, Name>;
  private readonly engines: readonly RankEngine<Row, L>[];
  /** The whole pipeline without cuts, for comparison and audit: always exact. */
  readonly full: {
    query(
      candidates: Candidates<Row>,
      k: number,
      options?: QueryOptions<Row, NoInfer<L>>,
    ): Promise<TopKAnswer>;
  };

  /** @internal */
  constructor(given: RankerParts<Row, L, Name>) {
    // Public fields are frozen: the plan that is promised, served and saved is the one that was
    // certified.
    const { plan, certificate, profile, tried, reference } = given;
    const parts = {
      ...given,
      plan: frozen(plan),
      certificate: frozen(certificate),
      profile: frozen(profile),
      tried: frozen(tried),
      reference: frozenReference(reference),
    };
    this.parts = parts;
    this.engines = parts.plan.bands.map((_, band) => bandEngine(parts, band));
    const whole = bandEngine(parts);
    this.full = { query: async (candidates, k, options) => this.answer(whole, candidates, k, options) };
  }

  /** How queries are answered, band by band of K. */
  get plan(): RankerPlan<L, Name> {
    return this.parts.plan;
  }

  /** The promise and its evidence. */
  get certificate(): TopKCertificate {
    return this.parts.certificate;
  }

  /** Measured costs: with them, the same rows, queries and seed give the same plan. */
  get profile(): Profile<Name> {
    return this.parts.profile;
  }

  /** The stages that were tried, the cheapest first. */
  get tried(): readonly TriedStage[] {
    return this.parts.tried;
  }

  /**
   * The K best candidates, best first; among equal scores the earlier one comes first.
   *
   * Candidates may come one by one, from an iterable or an async one that doesn't fit in memory.
   * Only rows that the first stage may still pass on are held, and the answer equals that for an
   * array.
   *
   * @param k a whole number from 1 to the number of candidates
   * @param candidates an array, or an iterable that is gone through once
   * @throws OptionError for a K or a page that can't be; DataError for no candidates, fewer than K, or an iterable or
   *   filter that throws; FeatureError, ModelError where one fails; OutsideQuery where such queries are refused.
   * @example
   * const { indices, scores, reached } = await ranker.query(candidates, 20);
   */
  async query(
    candidates: Candidates<Row>,
    k: number,
    options: QueryOptions<Row, NoInfer<L>> = {},
  ): Promise<TopKAnswer> {
    const { plan, outside } = this.parts;
    checkQuery(candidates, k, options);
    const band = bandAt(plan.bands, k);
    if ((band < 0 || this.isFilteredPool(options)) && outside === 'refuse') {
      throw this.refusal(k, Array.isArray(candidates) ? candidates.length : 0, options);
    }
    return this.answer(this.engines[band < 0 ? nearest(plan.bands, k) : band], candidates, k, options, band);
  }

  /**
   * A query's answer beside the full model's own ranking of every candidate: the part of the true
   * top K that it keeps, and the part that it misses. It costs as much as scoring all.
   *
   * @param candidates an array, since they are gone through twice
   * @param k as of {@link query}
   * @throws what {@link query} does
   * @example
   * const { recall, missed } = await ranker.diagnose(candidates, 20);
   */
  async diagnose(
    candidates: readonly Row[],
    k: number,
    {
      metric,
      ...options
    }: Omit<QueryOptions<Row, NoInfer<L>>, 'offset' | 'limit'> & { readonly metric?: TopKMetric } = {},
  ): Promise<QueryDiagnosis> {
    if (metric !== undefined) checkMetric(metric);
    const own = ownArray(candidates);
    const answer = await this.query(own, k, options);
    return diagnosisOf(answer, await this.full.query(own, answer.candidates, options), metric);
  }

  /**
   * Plan, promise and costs as text for a terminal.
   *
   * @returns lines of text
   */
  summary(): string {
    return rankerSummary(this.parts);
  }

  /**
   * The same as one self-contained HTML page, with the plans' metric against their costs, the one
   * that is served, and the choices of Willump's rules. Needs @observablehq/plot and linkedom.
   *
   * @param options `title` of the page. @defaultValue 'A spillway ranker'
   * @returns the page: a file's text
   * @throws MissingPackage without them
   */
  async report(options: { readonly title?: string } = {}): Promise<string> {
    return rankingHtml(rankerReport(this.parts, options.title));
  }

  /**
   * Writes one file, whole or not at all.
   *
   * @param path of the file; an existing one is replaced
   * @param options how reference rows are kept in the file, as for `cascade.save`. @defaultValue
   * their values
   * @throws ArtifactError if a model can't be saved or the file not written.
   */
  async save(path: string, options: Pick<SaveOptions, 'reference'> = {}): Promise<void> {
    await saveRanker(this.parts, path, options);
  }

  /** Rows whose values a saved file holds: as of a cascade. */
  get reference(): { readonly positions: readonly number[]; readonly of: number } | undefined {
    const { reference } = this.parts;
    return reference && { positions: reference.positions, of: reference.of };
  }

  /**
   * For a loaded ranker: the number of reference rows on which its features were compared with
   * their stored values.
   */
  get checked(): number | undefined {
    return this.parts.checked;
  }

  /**
   * Reads a ranker that `save` wrote. Features come from code and must be the ones it was made
   * with; so must `full`, if it was given trained, and `score`, if a function ranks.
   *
   * @param path of the file
   * @throws ArtifactError if the file is damaged, foreign or newer, or doesn't fit: before anything is read from it.
   * @throws OptionError for `full`, `learners` or `score` that are needed and missing.
   */
  static async load<Row, L extends Label = Label, Name extends string = string>(
    path: string,
    options: LoadRankerOptions<Row, L, Name>,
  ): Promise<Ranker<Row, L, Name>> {
    return new Ranker(await loadRanker(path, options));
  }

  /**
   * @param band the plan's band; -1 if no band has such a K, `undefined` if the full model answers
   */
  private async answer(
    engine: RankEngine<Row, L>,
    candidates: Candidates<Row>,
    k: number,
    options: QueryOptions<Row, L> = {},
    band?: number,
  ): Promise<TopKAnswer> {
    const page = checkQuery(candidates, k, options);
    const rankClass = this.classOf(options);
    const ranked = await rank(engine, candidates, {
      k,
      rankClass,
      filter: options.filter,
      signal: options.signal,
    });
    return {
      ...pageOf(ranked, page),
      ...this.statusOf(ranked.reached[0], k, options, engine.stages.length > 0, band),
      ...(this.parts.checked === 0 && { unchecked: true }),
    };
  }

  /** Code of the class that a query ranks by. */
  private classOf({ rankClass }: QueryOptions<Row, L>): number {
    const { ranking } = this.parts;
    return rankClass === undefined ? ranking.rankClass : codeOf('rankClass', ranking.classes, rankClass);
  }

  /** The status of an answer. @param isCut whether stages may have dropped candidates */
  private statusOf(
    candidates: number,
    k: number,
    options: QueryOptions<Row, L>,
    isCut: boolean,
    band: number | undefined,
  ): Pick<TopKAnswer, 'verdict' | 'promise' | 'warning'> {
    if (band === undefined) return { verdict: 'exact', promise: null };
    const { certificate, outside } = this.parts;
    const own: BandCertificate | undefined = certificate.bands[band];
    const isOutside = own === undefined || !this.isAbout(own.promise, candidates, options);
    if (isOutside && outside === 'refuse') throw this.refusal(k, candidates, options);
    const warning: OutsideWarning = {
      code: 'OUTSIDE_QUERY',
      message: this.outsideMessage(k, candidates, options),
    };
    const more = isOutside ? { warning } : {};
    if (!isCut) return { verdict: 'exact', promise: null, ...more };
    if (certificate.verdict === 'void') return { verdict: 'void', promise: null, ...more };
    if (isOutside) return { verdict: 'outside', promise: null, warning };
    return { verdict: 'certified', promise: own.promise };
  }

  private isAbout(
    { candidates: range, rankClass: classes }: TopKPromise,
    candidates: number,
    options: QueryOptions<Row, L>,
  ): boolean {
    const { ranking } = this.parts;
    if (!isInside(range, candidates) || this.isFilteredPool(options)) return false;
    return (
      ranking.by !== undefined ||
      ranking.classes.length === 0 ||
      classes.includes(ranking.classes[this.classOf(options)])
    );
  }

  /** Whether a filter chooses among a pool's rows, where the promise has chance choose. */
  private isFilteredPool({ filter }: QueryOptions<Row, L>): boolean {
    const { population } = this.certificate.bands[0].promise;
    return filter !== undefined && population === 'subsets drawn so from this pool';
  }

  private refusal(k: number, candidates: number, options: QueryOptions<Row, L>): OutsideQuery {
    return new OutsideQuery(k, candidates, this.outsideMessage(k, candidates, options));
  }

  private outsideMessage(k: number, candidates: number, options: QueryOptions<Row, L>): string {
    if (this.isFilteredPool(options)) return FILTERED;
    const { certificate, ranking } = this.parts;
    const rankClass = this.classOf(options);
    const known = certificate.bands.map(
      ({ promise }) =>
        `${spelt(promise.k)} of ${spelt(promise.candidates)} candidates${by(promise.rankClass)}`,
    );
    const own = ranking.by || ranking.classes.length === 0 ? [] : [ranking.classes[rankClass]];
    return (
      `the ${k} best of ${candidates} candidates${by(own)} were requested, and the certificate covers ` +
      `the ${known.join('; ')}`
    );
  }
}

const FILTERED =
  'the candidates were filtered, and the certificate covers random subsets of the pool, whose easier rows ' +
  'a filter may leave out; for such queries give `queries` as arrays that were filtered so';

function by(classes: readonly Label[]): string {
  return classes.length === 0 ? '' : ` by ${classes.map(show).join(' or ')}`;
}

function spelt([from, to]: Range): string {
  return from === to ? String(from) : `${from} to ${to}`;
}

/** The band whose K are nearest. */
function nearest(bands: readonly { readonly k: Range }[], k: number): number {
  const distances = bands.map((band) => Math.max(band.k[0] - k, k - band.k[1]));
  return distances.indexOf(Math.min(...distances));
}

function pageOf({ indices, scores, reached }: Ranked, { offset, limit }: RequestedPage) {
  const [candidates] = reached;
  return {
    indices: indices.slice(offset, offset + limit),
    scores: scores.slice(offset, offset + limit),
    ranks: Int32Array.from({ length: limit }, (_, i) => offset + i + 1),
    candidates,
    reached: reached.map((count) => count / candidates),
  };
}
