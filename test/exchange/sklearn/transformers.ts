import type { ExecutionContext } from 'ava';
import { Fields } from '../../../exchange/fields.js';
import { PipelineGraph } from '../../../exchange/sklearn/graph.js';
import { ColumnReader, readRowKind } from '../../../exchange/sklearn/rows.js';
import { toDense, type Values } from '../../../exchange/sklearn/values.js';
import { decode } from '../../../lib/data/artifact/index.js';
import { FeatureError } from '../../../lib/errors.js';
import { RowView } from '../../../lib/features/define/index.js';

/** What `transformers.py` writes of a transformer: a line of its output. */
export interface TransformerCase {
  readonly name: string;
  /** The pipeline in words, to find what fails. */
  readonly steps: string;
  /** The file, base64. */
  readonly pipeline: string;
  readonly rows: readonly unknown[];
  /** Rows x columns, as base64 of doubles. */
  readonly expected: string;
  /** Rows that scikit-learn refuses. */
  readonly refused: readonly number[];
}

/** The steps of a file before its model, in double precision. */
export function transformerOf(file: Uint8Array): (rows: readonly unknown[]) => Values {
  const { json, tensors } = decode(file);
  const fields = Fields.of('pipeline', json);
  const cut = fields.list('cut').map((each) => Fields.of('pipeline', each).count('node'));
  const reader = new ColumnReader(readRowKind(fields.get('rows')));
  const graph = new PipelineGraph(fields.list('nodes'), new Map(Object.entries(tensors)), reader, cut);
  const node = fields.fields('model').count('from');
  return (rows) => graph.values(node, RowView.of(rows));
}

/** Asserts that every row gets scikit-learn's numbers within 1e-9, or is refused where scikit-learn refuses it. */
export function agrees(t: ExecutionContext, given: TransformerCase): void {
  const { name, steps, refused } = given;
  const transform = transformerOf(Buffer.from(given.pipeline, 'base64'));
  const rows = given.rows.map(rowOf);
  const octets = Uint8Array.from(Buffer.from(given.expected, 'base64'));
  const expected = new Float64Array(octets.buffer);
  const width = expected.length / rows.length;
  const isRefused = new Set(refused);
  for (const row of refused) {
    const error = t.throws(() => transform([rows[row]]), { instanceOf: FeatureError }, `${name}, row ${row}`);
    t.is(error?.row, 0);
  }
  const kept = rows.flatMap((_, row) => (isRefused.has(row) ? [] : [row]));
  if (kept.length === 0) return;
  const together = toDense(transform(kept.map((row) => rows[row])));
  t.is(together.columns, width, `${name}: columns of ${steps}`);
  kept.forEach((row, at) => {
    const alone = toDense(transform([rows[row]])).values;
    for (let c = 0; c < width; c++) {
      const [want, got] = [expected[row * width + c], together.values[at * width + c]];
      const isNear =
        Object.is(want, got) || want === got || Math.abs(want - got) <= 1e-9 * Math.max(1, Math.abs(want));
      if (isNear && Object.is(alone[c], got)) continue;
      t.fail(
        `${name}, row ${row} ${JSON.stringify(given.rows[row])}, column ${c}: ${got} (alone ${alone[c]}), expected ${want}: ${steps}`,
      );
      return;
    }
  });
  t.pass();
}

/** `{ "number": "nan" }` is what JSON has no number for. */
function rowOf(row: unknown): unknown {
  if (Array.isArray(row)) return row.map(numberOr);
  if (typeof row !== 'object' || row === null) return row;
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, numberOr(value)]));
}

function numberOr(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('number' in value)) return value;
  return Number(String(value.number).replace('inf', 'Infinity'));
}
