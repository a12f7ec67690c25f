import type { DataType } from 'apache-arrow';
import type { Arrow } from './decoder.js';

/** What a message says of a record batch, as apache-arrow reads it. */
export interface BatchHeader {
  /** Rows. */
  readonly length: number;
  readonly nodes: { readonly length: number; readonly nullCount: number }[];
  readonly buffers: { readonly offset: number; readonly length: number }[];
  readonly variadicBufferCounts: number[];
}

/** Where a column lies among the nodes and buffers of a record batch: from, and up to. */
export interface ColumnSpan {
  readonly nodes: readonly [from: number, to: number];
  readonly buffers: readonly [from: number, to: number];
  readonly variadic: readonly [from: number, to: number];
}

/**
 * Where the columns of a record batch lie, in the order of the schema.
 * Format: https://arrow.apache.org/docs/format/Columnar.html#recordbatch-message
 *
 * @throws RangeError for a header that has other nodes or buffers than its columns need, or buffers outside its body
 */
export function columnSpans(
  arrow: Arrow,
  types: readonly DataType[],
  header: BatchHeader,
  body: number,
  version: number,
): readonly ColumnSpan[] {
  // Before version 5 unions had a bitmap of missing values.
  const unions = version < arrow.MetadataVersion.V5 ? 1 : 0;
  const at = { nodes: 0, buffers: 0, variadic: 0 };
  const walk = (type: DataType): void => {
    const { DataType: Is } = arrow;
    at.nodes++;
    if (Is.isNull(type)) return;
    if (Is.isUtf8View(type) || Is.isBinaryView(type))
      at.buffers += 2 + (header.variadicBufferCounts[at.variadic++] ?? 0);
    else if (Is.isUnion(type)) at.buffers += unions + (type.mode === arrow.UnionMode.Dense ? 2 : 1);
    else if (Is.isStruct(type) || Is.isFixedSizeList(type)) at.buffers += 1;
    else if (Is.isUtf8(type) || Is.isLargeUtf8(type) || Is.isBinary(type) || Is.isLargeBinary(type))
      at.buffers += 3;
    else at.buffers += 2;
    if (!Is.isDictionary(type)) for (const child of type.children ?? []) walk(child.type);
  };
  const spans = types.map((type): ColumnSpan => {
    const { nodes, buffers, variadic } = at;
    walk(type);
    return {
      nodes: [nodes, at.nodes],
      buffers: [buffers, at.buffers],
      variadic: [variadic, at.variadic],
    };
  });
  if (at.nodes !== header.nodes.length || at.buffers !== header.buffers.length)
    throw new RangeError(
      `it has ${header.nodes.length} columns and parts with ${header.buffers.length} buffers, where its schema needs ${at.nodes} with ${at.buffers}`,
    );
  for (const { offset, length } of header.buffers)
    if (offset < 0 || length < 0 || offset + length > body)
      throw new RangeError(`a buffer of ${length} octets at ${offset} lies outside its body of ${body}`);
  for (const [c, { nodes }] of spans.entries()) {
    const rows = header.nodes[nodes[0]].length;
    if (rows !== header.length)
      throw new RangeError(`column ${c} has ${rows} values, and the batch ${header.length} rows`);
  }
  return spans;
}
