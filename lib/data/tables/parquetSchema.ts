type Metadata = Awaited<ReturnType<typeof import('hyparquet')['parquetScan']>>['metadata'];
type SchemaElement = Metadata['schema'][number];

/** An element of a file's schema, and those within it. */
export interface SchemaTree {
  readonly element: SchemaElement;
  readonly children: readonly SchemaTree[];
}

/** A column that is read, and the type that it has in its file. */
export interface ParquetColumn {
  readonly name: string;
  readonly type: string;
  /** Whether its values are numbers, so that null is NaN. */
  readonly isNumber: boolean;
  /** In Arrow's words, a type that rows of tables don't have. */
  readonly unread?: string;
  /** Why no reader has its values as they are. */
  readonly refused?: string;
  /** Of times: digits after the second. */
  readonly digits?: 3 | 6 | 9;
  /** Of decimals that a double may not hold: digits after the point. */
  readonly scale?: number;
}

const NUMBERS: ReadonlySet<string> = new Set(['INT32', 'INT64', 'FLOAT', 'DOUBLE']);
const BYTES: ReadonlyMap<string, string> = new Map([
  ['BYTE_ARRAY', 'Binary'],
  ['FIXED_LEN_BYTE_ARRAY', 'FixedSizeBinary'],
]);
/** Types by which whole numbers stand for something else. */
const OTHERS = /DATE|TIME/;

export function columnOf({ element, children }: SchemaTree): ParquetColumn {
  const { name, type, converted_type, logical_type, scale = 0 } = element;
  const known = logical_type?.type ?? converted_type;
  const isNumber =
    (type !== undefined && NUMBERS.has(type) && !OTHERS.test(known ?? '')) ||
    known === 'DECIMAL' ||
    known === 'FLOAT16';
  const refused = refusalIn(children);
  const unread = refused === undefined ? unreadType(known, type) : 'Struct';
  return {
    name,
    type: [type ?? 'GROUP', ...(known ? [known] : [])].join(' '),
    isNumber,
    ...(unread !== undefined && { unread }),
    ...(refused !== undefined && { refused }),
    ...(isLong(element) && { scale }),
    ...digitsOf(element),
  };
}

function unreadType(known: string | undefined, type: string | undefined): string | undefined {
  if (known === undefined) return BYTES.get(type ?? '');
  if (/^TIME(?:_M|$)/.test(known)) return 'Time';
  return known === 'INTERVAL' ? 'Interval' : undefined;
}

/** What would be lost of lists and structs: parts of one name, and decimals that no double holds. */
function refusalIn(children: readonly SchemaTree[]): string | undefined {
  const known = new Set<string>();
  for (const { element, children: within } of children) {
    const { name, precision } = element;
    if (known.has(name)) return `two parts of it are called '${name}'`;
    known.add(name);
    if (isLong(element))
      return `it has decimals of ${precision} digits in lists or structs, which no number holds: make columns of its parts`;
    const refused = refusalIn(within);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function digitsOf({ type, converted_type: known, logical_type: logical }: SchemaElement) {
  if (known === 'TIMESTAMP_MICROS') return { digits: 6 } as const;
  if (known === undefined && type === 'INT96') return { digits: 9 } as const;
  if (logical?.type !== 'TIMESTAMP') return {};
  return { digits: ({ MILLIS: 3, MICROS: 6, NANOS: 9 } as const)[logical.unit] };
}

/** Digits of whole numbers that the shortest text of a double always gives back, and powers of ten that are exact. */
const HELD = 15;
const EXACT = 22;

function isLong({ converted_type: type, precision = 0, scale = 0 }: SchemaElement): boolean {
  return type === 'DECIMAL' && (precision > HELD || scale > EXACT);
}

/** What a file says of itself, where long decimals aren't said to be any, so that they are read as they are stored. */
export function undeclared(metadata: Metadata): Metadata {
  const schema = metadata.schema.map((element) => {
    if (!isLong(element)) return element;
    const { converted_type: _, logical_type: __, ...rest } = element;
    return rest;
  });
  return { ...metadata, schema };
}
