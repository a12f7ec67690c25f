import { RefusedRow } from '../../lib/errors.js';
import { type Feature, type FeatureSet, RowView } from '../../lib/features/index.js';
import { type Engine, type NamedFeature, named } from '../../lib/runtime/index.js';

/** Numbers that a block can hold, or nearly. */
const MOST = 3.4e38;

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
  /** A row that features compute, if one is known, with the names and types of its fields. */
  private sample: Row | undefined;
  private fields: readonly string[] = [];
  private types: readonly string[] = [];
  /** Rows with other types that may still pass: beyond them types vary, and tell nothing. */
  private allowance = 100;

  /** @param sample a row that features compute, if one is known */
  constructor({ features, stages, full }: Engine<Row>, set: FeatureSet<Row>, sample: Row | undefined) {
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
    this.know(sample);
  }

  /** @throws RefusedRow */
  all(rows: readonly Row[]): void {
    for (let r = 0; r < rows.length; r++) this.one(rows[r], r);
  }

  /** @throws RefusedRow */
  one(row: Row, position = 0): void {
    const refuse = (name: string, failure: (of: Row) => unknown): void => {
      const error = failure(row);
      // A feature that computes no other row now isn't failing for this one's sake.
      if (error !== undefined && this.sample !== undefined && failure(this.sample) === undefined)
        throw new RefusedRow(
          name,
          position,
          named({ name }, error, () => undefined),
        );
    };
    for (const { name, check } of this.declared) refuse(name, (of) => thrownBy(() => check(of)));
    const hasOther = this.allowance > 0 && this.hasOtherType(row);
    if (!hasOther && !this.hasOddNumber(row)) {
      if (this.sample === undefined) this.know(row);
      return;
    }
    for (const feature of this.others) refuse(feature.name, (of) => this.failure(feature, of));
    if (hasOther) this.allowance--;
  }

  private know(row: Row | undefined): void {
    this.sample = row;
    if (!isRecord(row) || isList(row)) return;
    this.fields = Object.keys(row);
    this.types = this.fields.map((name) => typeof row[name]);
  }

  /** Whether a row lacks a field of the known one, or has it with another type. */
  private hasOtherType(row: unknown): boolean {
    const { fields, types } = this;
    if (!isRecord(row)) return fields.length > 0;
    for (let i = 0; i < fields.length; i++) if (typeof row[fields[i]] !== types[i]) return true;
    return false;
  }

  /** Whether a row is nothing, or has a number that a block can't hold: as itself, in a list, or in a field. */
  private hasOddNumber(row: unknown): boolean {
    if (row === null || row === undefined) return true;
    if (isList(row) || !isRecord(row)) return this.isOdd(row);
    for (const name of this.fields) if (this.isOdd(row[name])) return true;
    return false;
  }

  private isOdd(value: unknown): boolean {
    if (isList(value)) {
      for (let i = 0; i < value.length; i++) if (this.isOddNumber(value[i])) return true;
      return false;
    }
    return this.isOddNumber(value);
  }

  private isOddNumber(value: unknown): boolean {
    if (typeof value !== 'number' || (value >= -MOST && value <= MOST)) return false;
    return !(this.hasNaN && Number.isNaN(value));
  }

  /** Why a feature can't compute a row by itself; undefined where it can, or waits: such a one is never tried again. */
  private failure(feature: NamedFeature<Row>, row: Row): unknown {
    return thrownBy(() => {
      const block = feature.fitted.compute(RowView.of([row]), { atOnce: true });
      if (block instanceof Promise) {
        block.catch(() => {});
        this.others = this.others.filter((other) => other !== feature);
      }
    });
  }
}

function thrownBy(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error ?? Error();
  }
}

/** Whether a feature takes NaN for a missing value. */
function takesNaN<Row>({ missing, options }: Feature<Row>): boolean {
  return missing === true || (isRecord(options) && Boolean(options.missing));
}

function isList(value: unknown): value is readonly unknown[] | Float32Array | Float64Array {
  return Array.isArray(value) || value instanceof Float32Array || value instanceof Float64Array;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
