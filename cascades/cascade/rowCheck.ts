import { recordOf } from '#records';
import { RefusedRow } from '../../lib/errors.js';
import {
  type Feature,
  type FeatureSet,
  type FidelityNames,
  fidelityOf,
  RowView,
} from '../../lib/features/define/index.js';
import { type Engine, type NamedFeature, named } from '../../lib/run/runtime/index.js';

/** What a feature itself checks. */
interface Declared<Row> extends Pick<Feature<Row>, 'checkAll'> {
  readonly name: string;
  check(row: Row): void;
}

/** Numbers that a block can hold, or nearly. */
const MOST = 3.4e38;

/**
 * Refuses rows that the cascade can't answer, told from each row by itself before any stage sees it. No certification
 * row is one: `tune` computes every feature of all of them, and throws. So the rows that are left are those that the
 * certificate is about, whatever stages do with them, and a refusal is no fault.
 *
 * A feature's own check sees what it declares to read. Others are tried, where a row looks odd: odd rows may be good
 * ones.
 */
export class RowCheck<Row> {
  private readonly declared: readonly Declared<Row>[];
  private others: readonly NamedFeature<Row>[];
  private readonly hasNaN: boolean;
  /** A row that features compute, if one is known, with its own form and those of its fields. */
  private sample: Row | undefined;
  private own: Form | undefined;
  private fields: readonly string[] = [];
  private forms: readonly Form[] = [];

  /**
   * @param fidelities a stage that reads one needs what its feature needs
   * @param sample a row that features compute, if one is known
   */
  constructor(
    { features, stages, full }: Engine<Row>,
    set: FeatureSet<Row>,
    fidelities: FidelityNames,
    sample: Row | undefined,
  ) {
    const read = new Set([...stages, full].flatMap(({ reads }) => reads));
    const names = new Set(
      features.flatMap(({ name }, f) => (read.has(f) ? [fidelityOf(name, fidelities)?.feature ?? name] : [])),
    );
    const own = features.filter(({ name }) => names.has(name));
    this.declared = own.flatMap(({ name }) => {
      const { check, checkAll } = set.get(name);
      return check ? [{ name, check, checkAll }] : [];
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
    const each = this.declared.filter(({ checkAll }) => !(checkAll && passes(checkAll, rows)));
    for (let r = 0; r < rows.length; r++) this.one(rows[r], r, each);
  }

  /** @throws RefusedRow */
  one(row: Row, position = 0, declared = this.declared): void {
    for (const { name, check } of declared) {
      try {
        check(row);
      } catch (error) {
        if (this.sample === undefined || passes(check, this.sample)) throw refused(name, position, error);
      }
    }
    if (this.others.length === 0) {
      if (this.sample === undefined) this.know(row);
      return;
    }
    let odd: Form | boolean = true;
    try {
      odd = this.otherForm(row) ?? this.hasOddNumber(row);
      if (!odd && this.sample === undefined) this.know(row);
    } catch {
      // One of its accessors throws: features say whether they need that one.
    }
    if (!odd) return;
    for (const feature of this.others) {
      const error = this.failure(feature, row);
      if (error === undefined || this.sample === undefined) continue;
      if (this.failure(feature, this.sample) === undefined) throw refused(feature.name, position, error);
    }
    if (typeof odd === 'object') odd.allowance--;
  }

  private know(row: Row | undefined): void {
    if (row === undefined) return;
    const fields = isRecord(row) && !isList(row) ? Object.entries(recordOf(row)) : [];
    this.forms = fields.map(([, value]) => formOf(value));
    this.fields = fields.map(([name]) => name);
    this.own = formOf(row);
    this.sample = row;
  }

  /** The first form of the known row's that a row hasn't, among those that tell anything. */
  private otherForm(row: unknown): Form | undefined {
    const { own, fields, forms } = this;
    if (own === undefined) return undefined;
    if (isOther(own, row)) return own;
    if (!isRecord(row)) return undefined;
    for (let i = 0; i < fields.length; i++) if (isOther(forms[i], row[fields[i]])) return forms[i];
    return undefined;
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

/** What a value of the known row is. */
interface Form {
  readonly type: string;
  /** Of a list, and the type of its first item; undefined for what is none. */
  readonly length: number | undefined;
  readonly item: string | undefined;
  /** Rows with another form that may still pass: beyond them forms vary, and tell nothing. */
  allowance: number;
}

function formOf(value: unknown): Form {
  const list = isList(value) ? value : undefined;
  return { type: typeOf(value), length: list?.length, item: list && typeOf(list[0]), allowance: 100 };
}

function isOther({ type, length, item, allowance }: Form, value: unknown): boolean {
  if (allowance === 0) return false;
  if (typeOf(value) !== type) return true;
  if (isList(value)) return value.length !== length || typeOf(value[0]) !== item;
  return length !== undefined;
}

function typeOf(value: unknown): string {
  return value === null ? 'null' : typeof value;
}

/** Whether a known row passes: what passes none now isn't failing for one row's sake. */
function passes<Given>(check: (given: Given) => void, given: Given): boolean {
  try {
    check(given);
    return true;
  } catch {
    return false;
  }
}

function refused(name: string, position: number, thrown: unknown): RefusedRow {
  return new RefusedRow(
    name,
    position,
    named({ name }, thrown, () => undefined),
  );
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
