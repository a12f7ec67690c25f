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

  /** @param sample a row that features compute, if one is known */
  constructor(
    { features, stages, full }: Engine<Row>,
    set: FeatureSet<Row>,
    private sample: Row | undefined,
  ) {
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
    const isOdd = hasOddNumber(row, this.hasNaN);
    if (!isOdd && !(this.shapes > 0 && lacks(row, this.sample))) {
      this.sample ??= row;
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
    if (!isOdd) this.shapes--;
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

/** Whether a row is nothing, or has a number that a block can't hold: as itself, in a list, or in a field. */
function hasOddNumber(row: unknown, hasNaN: boolean): boolean {
  if (row === null || row === undefined || isOddNumber(row, hasNaN)) return true;
  if (!isRecord(row)) return false;
  if (isList(row)) return hasOdd(row, hasNaN);
  if (ArrayBuffer.isView(row)) return false;
  for (const name in row) {
    const value = row[name];
    if (isOddNumber(value, hasNaN) || (isList(value) && hasOdd(value, hasNaN))) return true;
  }
  return false;
}

function hasOdd(list: ArrayLike<unknown>, hasNaN: boolean): boolean {
  for (let i = 0; i < list.length; i++) if (isOddNumber(list[i], hasNaN)) return true;
  return false;
}

/** @param hasNaN whether NaN is a missing value */
function isOddNumber(value: unknown, hasNaN: boolean): boolean {
  if (typeof value !== 'number' || Number.isFinite(Math.fround(value))) return false;
  return !(hasNaN && Number.isNaN(value));
}

/** Whether a row is of another type than one that is known, or a field of it. */
function lacks(row: unknown, sample: unknown): boolean {
  if (sample === undefined) return false;
  if (!isRecord(row) || !isRecord(sample)) return typeof row !== typeof sample;
  if (isList(sample) || ArrayBuffer.isView(sample)) return false;
  for (const name in sample) if (typeof row[name] !== typeof sample[name]) return true;
  return false;
}

function isList(value: unknown): value is readonly unknown[] | Float32Array | Float64Array {
  return Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
