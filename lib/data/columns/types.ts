import { member } from '../../util/member.js';

/** Numbers of Arrow's types (Schema.fbs of the Arrow format). Libraries call a dictionary -1. */
export const Kind = {
  Null: 1,
  Int: 2,
  Float: 3,
  Utf8: 5,
  Bool: 6,
  Decimal: 7,
  Date: 8,
  Timestamp: 10,
  LargeUtf8: 20,
  Utf8View: 24,
  Dictionary: -1,
} as const;

/** Types that aren't read, by their numbers. */
const OTHERS: Readonly<Record<number, string>> = {
  4: 'Binary',
  9: 'Time',
  11: 'Interval',
  12: 'List',
  13: 'Struct',
  14: 'Union',
  15: 'FixedSizeBinary',
  16: 'FixedSizeList',
  17: 'Map',
  18: 'Duration',
  19: 'LargeBinary',
  21: 'LargeList',
  22: 'RunEndEncoded',
  23: 'BinaryView',
  25: 'ListView',
  26: 'LargeListView',
};
const FLOATS = [16, 32, 64];
const UNITS = ['SECOND', 'MILLISECOND', 'MICROSECOND', 'NANOSECOND'];

/** A type of Arrow, as the libraries describe it. */
export interface ArrowType {
  readonly kind: number;
  /** In Arrow's words. */
  readonly name: string;
  readonly bitWidth: number;
  /** Of dates and timestamps: how fine. */
  readonly unit: number;
  /** Of decimals. */
  readonly scale: number;
  /** Of dictionaries: the type of their entries. */
  readonly entries: ArrowType | undefined;
}

export function arrowType(type: unknown): ArrowType {
  const number = (name: string) => Number(member(type, name) ?? 0);
  const kind = number('typeId');
  const entries = kind === Kind.Dictionary ? arrowType(member(type, 'dictionary')) : undefined;
  const bitWidth = kind === Kind.Float ? FLOATS[number('precision')] : number('bitWidth');
  const unit = number('unit');
  const scale = number('scale');
  return { kind, bitWidth, unit, scale, entries, name: nameOf() };

  function nameOf(): string {
    switch (kind) {
      case Kind.Null:
        return 'Null';
      case Kind.Int:
        return `${(member(type, 'isSigned') ?? member(type, 'signed')) ? 'Int' : 'Uint'}${bitWidth}`;
      case Kind.Float:
        return `Float${bitWidth}`;
      case Kind.Utf8:
        return 'Utf8';
      case Kind.Bool:
        return 'Bool';
      case Kind.Decimal:
        return `Decimal${bitWidth}(${number('precision')}, ${scale})`;
      case Kind.Date:
        return unit === 0 ? 'Date32' : 'Date64';
      case Kind.Timestamp: {
        const zone = member(type, 'timezone');
        return `Timestamp<${UNITS[unit]}${typeof zone === 'string' && zone !== '' ? `, ${zone}` : ''}>`;
      }
      case Kind.LargeUtf8:
        return 'LargeUtf8';
      case Kind.Utf8View:
        return 'Utf8View';
      case Kind.Dictionary:
        return `Dictionary<${entries?.name}>`;
      default:
        return OTHERS[kind] ?? `unknown (${kind})`;
    }
  }
}

const READ: ReadonlySet<number> = new Set(Object.values(Kind));

/** Whether rows have values of the type. */
export function isRead({ kind, entries }: ArrowType): boolean {
  return READ.has(kind) && (entries === undefined || isRead(entries));
}

/** Whether values of the type are numbers, so that a missing one is NaN. */
export function isNumeric({ kind, entries }: ArrowType): boolean {
  return (
    kind === Kind.Int ||
    kind === Kind.Float ||
    kind === Kind.Decimal ||
    (entries !== undefined && isNumeric(entries))
  );
}
