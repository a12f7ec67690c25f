import { FeatureError, RefusedRow } from '../../lib/errors.js';
import { type Feature, type FeatureSet, RowView } from '../../lib/features/index.js';
import { type Engine, type NamedFeature, named } from '../../lib/runtime/index.js';

/**
 * Refuses rows that the cascade can't answer, told from each row by itself before any stage sees it. No certification row is
 * one: `tune` computes every feature of all of them, and throws. So the rows that are left are those that the certificate is
 * about, whatever stages do with them, and a refusal is no fault.
 *
 * A feature's own check sees what it declares to read. Others are tried, where a row looks odd: odd rows may be good ones.
 */
export class RowCheck<Row> {
  private readonly declared: readonly { readonly name: string; check(row: Row): void }[];
  private others: readonly NamedFeature<Row>[];
  private readonly hasNaN: boolean;
  /** Rows of other shapes that may still pass: beyond them rows have many, and a shape tells nothing. */
  private shapes = 100;

  /** A row that features have computed, if one is known. */
  private sample: Row | undefined;
  private shape: Shape | undefined;

  /** @param sample a row that features compute, if one is known */
  constructor({ features, stages, full }: Engine<Row>, set: FeatureSet<Row>, sample: Row | undefined) {
    if (sample !== undefined) this.know(sample);
    const read = new Set([...stages, full].flatMap(({ reads }) => reads));
    const own = features.filter((_, f) => read.has(f));
    this.declared = own.flatMap(({ name }) => {
      const { check } = set.get(name);
      return check ? [{ name, check }] : [];
    });
    this.hasNaN = own.some(({ name }) => takesNaN(set.get(name)));
    // What waits or costs money is asked for no more than a stage asks.
    this.others = own.filter(({ name, fitted, waits }) => {
      const { check, price, expensive } = set.get(name);
      return !(check || price || expensive || waits || fitted.reportsRequests);
    });
  }

  /** @throws RefusedRow */
  all(rows: readonly Row[]): void {
    for (let r = 0; r < rows.length; r++) this.one(rows[r], r);
  }

  /** @throws RefusedRow */
  one(row: Row, position = 0): void {
    for (const { name, check } of this.declared) {
      try {
        check(row);
      } catch (error) {
        throw refused(name, position, error);
      }
    }
    if (this.others.length === 0) return;
    const odd = oddness(row, this.shape, this.hasNaN);
    if (odd === 'no' || (odd === 'shape' && this.shapes === 0)) {
      if (this.shape === undefined) this.know(row);
      return;
    }
    for (const feature of this.others) {
      const error = this.failure(feature, row);
      // A feature that computes no other row now isn't failing for this one's sake.
      if (
        error !== undefined &&
        this.sample !== undefined &&
        this.failure(feature, this.sample) === undefined
      )
        throw refused(feature.name, position, error);
    }
    if (odd === 'shape') this.shapes--;
  }

  private know(row: Row): void {
    this.sample = row;
    this.shape = shapeOf(row);
  }

  /** Why a feature can't compute a row by itself; undefined where it can, or waits: such a one is never tried again. */
  private failure(feature: NamedFeature<Row>, row: Row): unknown {
    try {
      const block = feature.fitted.compute(RowView.of([row]), { atOnce: true });
      if (block instanceof Promise) {
        block.catch(() => {});
        this.others = this.others.filter((other) => other !== feature);
      }
      return undefined;
    } catch (error) {
      return error;
    }
  }
}

function refused(name: string, position: number, thrown: unknown): RefusedRow {
  const error = named({ name }, thrown, () => position);
  return new RefusedRow(
    error instanceof FeatureError
      ? error.of(name, position)
      : new FeatureError(name, position, error.message),
  );
}

/** Whether a feature takes NaN for a missing value. */
function takesNaN<Row>({ missing, options }: Feature<Row>): boolean {
  return missing === true || (isRecord(options) && options.missing === 'indicator');
}

/** Numbers that a block can hold, or nearly. */
const MOST = 3.4e38;

/** What is odd about a row, beside one that is known; 'shape' may be usual where rows have several. */
function oddness(row: unknown, like: Shape | undefined, hasNaN: boolean): 'no' | 'shape' | 'number' {
  if (row === null || row === undefined || isOddNumber(row, hasNaN)) return 'number';
  if (typeof row !== 'object') return like === undefined || typeof row === like.type ? 'no' : 'shape';
  if (isList(row)) return hasOddNumber(row, hasNaN) ? 'number' : 'no';
  if (like === undefined || !isRecord(row)) return 'no';
  const { names, types } = like;
  let odd: 'no' | 'shape' = 'no';
  for (let i = 0; i < names.length; i++) {
    const value = row[names[i]];
    if (typeof value !== types[i]) odd = 'shape';
    if (isOddNumber(value, hasNaN)) return 'number';
    if (typeof value === 'object' && isList(value) && hasOddNumber(value, hasNaN)) return 'number';
  }
  return odd;
}

/** Types of a row and of its fields. */
interface Shape {
  readonly type: string;
  readonly names: readonly string[];
  readonly types: readonly string[];
}

function shapeOf(row: unknown): Shape {
  const fields = isRecord(row) && !isList(row) && !ArrayBuffer.isView(row) ? Object.entries(row) : [];
  return {
    type: typeof row,
    names: fields.map(([name]) => name),
    types: fields.map(([, value]) => typeof value),
  };
}

function hasOddNumber(list: ArrayLike<unknown>, hasNaN: boolean): boolean {
  for (let i = 0; i < list.length; i++) if (isOddNumber(list[i], hasNaN)) return true;
  return false;
}

/** @param hasNaN whether NaN is a missing value */
function isOddNumber(value: unknown, hasNaN: boolean): boolean {
  if (typeof value !== 'number' || (value >= -MOST && value <= MOST)) return false;
  return !(hasNaN && Number.isNaN(value));
}

function isList(value: unknown): value is readonly unknown[] | Float32Array | Float64Array {
  return Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
