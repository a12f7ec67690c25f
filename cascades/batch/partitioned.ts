import { DataError } from '../../lib/errors.js';
import type { Answered } from '../../lib/run/runtime/index.js';
import { exitStage } from '../chain/index.js';
import { type CascadeParts, usesOf } from '../plan/index.js';
import { type Label, type Plan, widthOf } from '../types/index.js';
import { type BatchPath, pathOfBatch } from './batchPath.js';
import { type CodedRows, PathCoding } from './coding.js';
import { type BatchCounts, type PartitionCounts, totalCounts } from './counts.js';
import { drawKeyed, type KeyedRow } from './keyedSample.js';
import { type PathRows, pathRowsOf } from './pathRows.js';
import type { SampleDesign } from './sampleDesign.js';
import { type BatchClaim, type BatchOutcome, concluded, designOf, scoredBy } from './steps.js';
import { lettingOut } from './walk.js';

/** A drawn row, with the answers of the stages and the full model's. */
export interface AskedRow {
  /** Its codes, by stage. */
  readonly codes: readonly { readonly answer: number; readonly rank: number }[];
  /** The full model's class. */
  readonly full: number;
  /** Its second one, for a bound in excess. */
  readonly second?: number | undefined;
}

/** A row that may be drawn, by its position in its partition, with its keyed number. */
export interface SketchedRow extends Omit<KeyedRow, 'partition'> {
  /** The first plan that lets it out. */
  readonly opens: number;
}

/**
 * The steps of a batch that no process holds: its rows are in partitions, each scored by itself, in any order, on any
 * machine, and certified as one. The promise is `certifyBatch`'s, of which this is the general case.
 *
 * 1. `score` gives a partition's codes, and `counts` what the design needs of them.
 * 2. `design` has the number of rows to draw, from the counts of all partitions; `draw` adds the rows of a partition to
 *    the sample. Both depend on rows and seed alone, so a step that is done again does the same.
 * 3. `conclude` tests the path on the full model's answers to the sample. `exits` has where rows then leave.
 *
 * Why the promise holds. The model and the rows fix which rows may be drawn (those that a tested plan lets out) and
 * how many: no answer of the full model is read for that. Keyed numbers don't depend on either, so the sample is a
 * simple random one given the design (`drawKeyed`). That is all that the exact test of the rest needs
 * (lib/stats/finiteRest.ts). A partition that is scored twice or in another order has the same codes, and changes
 * neither counts, which are kept by partition, nor the sample, which holds each position once. One that is missing
 * would leave rows out that may all be wrong: `design` refuses to go on without it.
 */
export class BatchSteps<Row, L extends Label, Name extends string> {
  private readonly tested: BatchPath<L, Name>;
  private readonly coding: PathCoding;

  /** @throws OptionError for regression */
  constructor(
    private readonly parts: CascadeParts<Row, L, Name>,
    private readonly full: (
      rows: readonly Row[],
      signal: AbortSignal | undefined,
      ask: number,
    ) => Promise<Answered>,
    /** Refuses rows that a feature can't compute. */
    private readonly check: (rows: readonly Row[]) => void,
  ) {
    this.tested = pathOfBatch(parts);
    this.coding = new PathCoding(this.tested.path, widthOf(parts.classes));
  }

  get classes(): readonly L[] {
    return this.parts.classes;
  }

  /** How the path answers the rows that it was tuned on; undefined where that isn't known. */
  tunedOn(): PathRows | undefined {
    const stages = this.parts.evidence?.tuning?.stages.map(({ evidence }) => evidence);
    return stages === undefined || stages.length === 0 ? undefined : pathRowsOf(this.tested.path, stages);
  }

  /** The codes of rows. @throws RefusedRow; FeatureError or ModelError that names the row */
  async score(rows: readonly Row[], signal?: AbortSignal): Promise<CodedRows> {
    this.check(rows);
    const { stages } = await scoredBy(this.parts, this.tested.chain, rows, signal);
    return this.coding.encode(rows.length, stages);
  }

  /** The codes of all rows of a partition, of whose parts these are. */
  joined(parts: readonly CodedRows[]): CodedRows {
    return this.coding.joined(parts);
  }

  /**
   * What the design needs of a partition, and a sketch: so many rows with the lowest numbers, in their order, whatever
   * plans the design has. A sample that takes none with a higher number needs no codes of the partition.
   *
   * @throws DataError for codes that aren't of this cascade
   */
  counts(
    seed: number | string,
    partition: string,
    coded: CodedRows,
    sketched = 0,
  ): PartitionCounts & { readonly sketch: readonly SketchedRow[] } {
    const { path } = this.tested;
    const { rows } = coded;
    const { opens, leaving, open } = lettingOut(this.coding.decode(coded), path, rows);
    const all = Int32Array.from(opens.keys()).filter((row) => opens[row] < path.length);
    const sketch = drawKeyed(seed, partition, all, sketched).map(({ index, high, low }) => {
      return { index, high, low, opens: opens[index] };
    });
    return { partition, rows, leaving, open, sketch };
  }

  /** @throws DataError that names partitions without counts */
  design(
    partitions: readonly string[],
    counts: ReadonlyMap<string, PartitionCounts>,
    claim: BatchClaim,
  ): SampleDesign {
    return designOf(this.tested, totalCounts(partitions, counts), claim);
  }

  /** The sample with the rows of a partition. @param before the sample of others */
  draw(
    seed: number | string,
    { plans, count }: SampleDesign,
    partition: string,
    coded: CodedRows,
    before: readonly KeyedRow[] = [],
  ): KeyedRow[] {
    const { rows } = coded;
    const { opens } = lettingOut(this.coding.decode(coded), this.tested.path.slice(0, plans), rows);
    const open = Int32Array.from(opens.keys()).filter((row) => opens[row] < plans);
    return drawKeyed(seed, partition, open, count, before);
  }

  /** The full model's classes. @param time the first, 0, or the second, 1: for a bound in excess drawn rows are asked twice */
  async ask(rows: readonly Row[], signal?: AbortSignal, time: 0 | 1 = 0): Promise<Float64Array> {
    return (await this.full(rows, signal, time)).answers;
  }

  /**
   * @param counts of all rows of the batch
   * @throws DataError for a bound in excess without second classes
   */
  conclude(
    design: SampleDesign,
    { rows, leaving, open }: BatchCounts,
    sample: readonly AskedRow[],
    claim: BatchClaim & { readonly seed: number | string },
  ): BatchOutcome<L, Name> {
    const stages = this.tested.chain.map((_, s) => ({
      answers: Uint16Array.from(sample, ({ codes }) => codes[s].answer),
      ranks: Uint16Array.from(sample, ({ codes }) => codes[s].rank),
    }));
    const isInExcess = claim.loss === 'excessDisagreement';
    if (isInExcess && sample.some(({ second }) => second === undefined))
      throw new DataError('a bound in excess needs the second class of each drawn row');
    return concluded(
      this.parts,
      this.tested,
      {
        stages: this.coding.decode({ rows: sample.length, stages }),
        drawn: Int32Array.from(sample.keys()),
        full: Float64Array.from(sample, ({ full }) => full),
        second: isInExcess ? Float64Array.from(sample, ({ second = Number.NaN }) => second) : undefined,
        design,
        leaving,
        open,
        rows,
      },
      claim,
    );
  }

  /**
   * The plan that a batch is answered by.
   *
   * @param step its position on the path; -1: the full model alone
   * @throws DataError for one that isn't on the path
   */
  plan(step: number): Plan<L, Name> {
    return this.tested.plan(step);
  }

  /**
   * Where rows leave under the plan of a step: by row its class and the stage of the plan that answers; no class (NaN),
   * and the number of the plan's stages, where the full model is to answer.
   */
  exits(step: number, coded: CodedRows): { readonly answers: Float64Array; readonly stages: Uint8Array } {
    const { path, chain } = this.tested;
    const { rows } = coded;
    const plan = this.plan(step);
    const answers = new Float64Array(rows).fill(Number.NaN);
    const stages = new Uint8Array(rows).fill(plan.stages.length);
    if (step < 0) return { answers, stages };
    const decoded = this.coding.decode(coded);
    const uses = usesOf(chain, plan);
    for (let row = 0; row < rows; row++) {
      const s = exitStage(decoded, path[step], row);
      if (s === decoded.length) continue;
      answers[row] = decoded[s].answers[row];
      stages[row] = uses.indexOf(s);
    }
    return { answers, stages };
  }
}
