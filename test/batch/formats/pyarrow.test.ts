import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { default as test } from 'ava';
import { InputError } from '../../../lib/errors.js';
import { answersFor, passed } from '../../support/arrowStreams.js';
import { folderFor } from '../../support/files.js';

/** Streams that pyarrow wrote and reads: columns of each type come back as they were, with their metadata. */

const { CLUSTER_PYTHON } = process.env;
const beside = CLUSTER_PYTHON === undefined ? test.skip : test;

const WRITES = `
import datetime as d, decimal, sys
import pyarrow as pa
day = d.datetime(2026, 1, 31, 8, 30, tzinfo=d.timezone.utc)
columns = {
    "id": pa.array([1, 2**60, None], pa.int64()),
    "small": pa.array([-1, None, 7], pa.int8()),
    "wide": pa.array([1, 2, 2**63], pa.uint64()),
    "half": pa.array([1.5, None, 2.0], pa.float32()),
    "name": pa.array(["ä", "", None]),
    "long": pa.array(["x", None, "yy"], pa.large_string()),
    "view": pa.array(["short", None, "a text of more than twelve octets"], pa.string_view()),
    "raw": pa.array([b"\\x00\\xff", None, b""], pa.binary()),
    "fixed": pa.array([b"ab", None, b"cd"], pa.binary(2)),
    "on": pa.array([True, None, False]),
    "day": pa.array([d.date(2026, 1, 31), None, d.date(1969, 1, 1)]),
    "at": pa.array([day, None, day], pa.timestamp("us", "Europe/Zurich")),
    "clock": pa.array([d.time(8, 30), None, d.time(0)], pa.time64("ns")),
    "took": pa.array([1, None, 3], pa.duration("ms")),
    "price": pa.array([decimal.Decimal("1.25"), None, decimal.Decimal("-3.50")], pa.decimal128(12, 2)),
    "city": pa.array(["Bern", None, "Bern"]).dictionary_encode(),
    "tags": pa.array([["a", None], [], None], pa.list_(pa.string())),
    "pair": pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int16(), 2)),
    "place": pa.array([{"lat": 1.5, "of": "x"}, None, {"lat": None, "of": "y"}]),
    "map": pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int32())),
    "none": pa.nulls(3),
}
fields = [pa.field(name, column.type, metadata={"unit": name}) for name, column in columns.items()]
table = pa.table(list(columns.values()), schema=pa.schema(fields, metadata={"made by": "pyarrow"}))
table = pa.concat_tables([table, table.slice(1, 2), table.slice(0, 0)])
with pa.OSFile(sys.argv[1], "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
    for batch in table.to_batches():
        writer.write_batch(batch)
    writer.write_batch(table.to_batches()[0].slice(0, 0))
lz4 = pa.ipc.IpcWriteOptions(compression="lz4")
with pa.OSFile(sys.argv[1] + ".lz4", "wb") as file, pa.ipc.new_stream(file, table.schema, options=lz4) as writer:
    writer.write_table(table)
`;

const COMPARES = `
import sys
import pyarrow as pa
before, after, key = (pa.ipc.open_stream(path).read_all() for path in sys.argv[1:4])
answers = ["label", "stage", "verdict", "scores", "error"]
assert after.column_names == before.column_names + answers, after.column_names
kept = after.select(before.column_names)
assert kept.schema.equals(before.schema, check_metadata=True), (kept.schema, before.schema)
for name in before.column_names:
    assert kept[name].equals(before[name]), name
kept.validate(full=True)
assert [str(after.schema.field(name).type) for name in answers] == [
    "string", "uint8", "string", "list<item: double>", "string"], after.schema
assert after["label"].to_pylist() == ["l0", None, "l2", "l3", None], after["label"]
assert after["stage"].to_pylist() == [0, None, 2, 0, None], after["stage"]
assert after["scores"].to_pylist()[:3] == [[0.0, 0.5], None, [2.0, 2.5]], after["scores"]
assert after["error"].to_pylist() == [None, "no", None, None, "no"], after["error"]
assert key.column_names == ["city", "label", "stage", "verdict"], key.column_names
assert key["city"].to_pylist() == before["city"].to_pylist()
after.validate(full=True)
key.validate(full=True)
print("same", after.num_rows)
`;

beside(
  'pyarrow finds its columns as it wrote them, and answers of the types that are promised',
  async (t) => {
    const folder = await folderFor(t);
    const at = (name: string) => join(folder, name);
    const python = (...args: readonly string[]) => promisify(execFile)(CLUSTER_PYTHON ?? '', ['-c', ...args]);
    await python(WRITES, at('in'));
    const bytes = await readFile(at('in'));
    const failed = new Set([1, 4]);
    const scored = await passed(bytes, { scores: true, errors: true }, (batch) => {
      const { label, stage, verdict } = answersFor(batch);
      const isBad = (i: number) => failed.has(batch.from + i);
      return {
        label: label.map((each, i) => (isBad(i) ? null : each)),
        stage,
        verdict,
        // Of row n: n, and n + .5.
        scores: Float64Array.from(
          { length: 2 * batch.rows.length },
          (_, i) => batch.from + (i >> 1) + (i % 2) / 2,
        ),
        error: label.map((_, i) => (isBad(i) ? 'no' : null)),
      };
    });
    await writeFile(at('out'), scored);
    await writeFile(at('key'), await passed(bytes, { key: 'city' }));
    await t.throwsAsync(passed(await readFile(at('in.lz4'))), {
      instanceOf: InputError,
      message: /is compressed/,
    });
    t.is((await python(COMPARES, at('in'), at('out'), at('key'))).stdout, 'same 5\n');
  },
);
