import test from 'ava';
import fc from 'fast-check';
import type { Elements } from '../../../lib/protocol/messages/index.js';
import { inputOctets } from '../../../serve/rowOctets.js';
import { type ModelJob, QueuedJob } from '../../../serve/scheduling/job.js';
import { modelTerms } from '../../../serve/scheduling/options.js';
import { ModelQueue, TenantQueue } from '../../../serve/scheduling/queues.js';
import { canJoin, joinInputs, rowsWithin, SLICE_OCTETS } from '../../../serve/scheduling/slices.js';
import { TenantAccount } from '../../../serve/scheduling/tenants.js';
import { jobOf, loadedModel } from '../../support/simulatedCores.js';

const model = new ModelQueue(loadedModel('a', [0, 1]), modelTerms({}, 2), 2, 0);
const flow = new TenantQueue('t', 1, 2).flow(model);
const account = new TenantAccount({}, 0);

function queued(job: ModelJob): QueuedJob {
  const { tenant } = flow;
  const { rows } = job;
  const candidate = {
    model,
    tenant,
    mode: 0,
    rows,
    octets: 0,
    rowMs: 1,
    isLarge: false,
    leftMs: 1,
    readingMs: 0,
  };
  const ends = { resolve: () => {}, reject: () => {} };
  return new QueuedJob(job, flow, account, candidate, { expected: 1, isProbe: false }, 0, ends);
}

const KINDS: readonly ((values: number[]) => Elements)[] = [
  (values) => Float32Array.from(values),
  (values) => Float64Array.from(values),
  (values) => Uint8Array.from(values),
  (values) => Uint16Array.from(values),
  (values) => Uint32Array.from(values),
  (values) => Int8Array.from(values),
  (values) => Int16Array.from(values),
  (values) => Int32Array.from(values),
  (values) => BigInt64Array.from(values, BigInt),
  (values) => BigUint64Array.from(values, BigInt),
  (values) => values.map((value) => Uint8Array.of(value, value + 1)),
];

/** A view that begins within its buffer, as those of requests do. */
function shifted(elements: Elements): Elements {
  if (!ArrayBuffer.isView(elements)) return elements;
  const own = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
  const buffer = new Uint8Array(8 + own.length);
  buffer.set(own, 8);
  if (elements instanceof Float64Array) return new Float64Array(buffer.buffer, 8);
  if (elements instanceof Int16Array) return new Int16Array(buffer.buffer, 8);
  return elements;
}

test('rows of several jobs, of every type, one after the other', (t) => {
  fc.assert(
    fc.property(
      fc.nat({ max: KINDS.length - 1 }),
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.nat({ max: 4 }), fc.nat({ max: 5 })), {
        minLength: 1,
        maxLength: 4,
      }),
      (kind, width, jobs) => {
        const wanted: number[] = [];
        const pieces = jobs.map(([rows, from, to], j) => {
          const values = Array.from({ length: rows * width }, (_, i) => (20 * j + i) % 100);
          const first = Math.min(from, rows - 1);
          const end = Math.min(rows, Math.max(first + 1, to));
          wanted.push(...values.slice(first * width, end * width));
          const x = { elements: shifted(KINDS[kind](values)), rowShape: [width] };
          return { job: queued(jobOf('a', rows, { inputs: { x } })), from: first, to: end };
        });
        const { x } = joinInputs(pieces);
        t.deepEqual(x.rowShape, [width]);
        t.deepEqual(x.elements, KINDS[kind](wanted));
      },
    ),
  );
});

test('rows of one job are not copied', (t) => {
  const job = queued(jobOf('a', 4));
  t.is(joinInputs([{ job, from: 0, to: 4 }]), job.job.inputs);
  const { elements } = joinInputs([{ job, from: 1, to: 3 }]).x;
  t.true(elements instanceof Float64Array);
  if (!(elements instanceof Float64Array)) return;
  const own = job.job.inputs.x.elements;
  t.true(own instanceof Float64Array && own.buffer === elements.buffer);
  t.deepEqual([...elements], [1, 2]);
});

test('jobs join whose inputs are alike, and that one mode answers', (t) => {
  const x = { elements: Float64Array.of(1), rowShape: [1] };
  const job = (inputs: ModelJob['inputs'], mode = 0) => ({ job: jobOf('a', 1, { inputs }), mode });
  t.true(canJoin(job({ x }), job({ x })));
  t.false(canJoin(job({ x }), job({ y: x })));
  t.false(canJoin(job({ x }), job({ x, y: x })));
  t.false(canJoin(job({ x, y: x }), job({ x })));
  t.false(canJoin(job({ x }), job({ x: { ...x, rowShape: [2] } })));
  t.false(canJoin(job({ x }), job({ x: { ...x, rowShape: [] } })));
  t.false(canJoin(job({ x }), job({ x: { ...x, elements: Float32Array.of(1) } })));
  t.false(canJoin(job({ x }), job({ toString: x })));
  t.false(canJoin(job({ x }, 1), job({ x })));
  t.true(canJoin(job({ x }, 1), job({ x }, 1)));
});

test('octets of numbers and of texts', (t) => {
  t.is(inputOctets(jobOf('a', 3)), 24);
  const x = { elements: [new Uint8Array(10), new Uint8Array(0)], rowShape: [] };
  t.is(inputOctets(jobOf('a', 2, { inputs: { x } })), 10 + 2 * 96);
});

test('rows with long texts share a slice as far as its octets go, and one row always fits', (t) => {
  const texts = (...sizes: number[]) => {
    const x = { elements: sizes.map((size) => new Uint8Array(size)), rowShape: [] };
    return queued(jobOf('a', sizes.length, { inputs: { x } }));
  };
  const half = SLICE_OCTETS / 2;
  t.is(rowsWithin(texts(10, 10, 10), 2), 2);
  const long = texts(half, half, 1, 3 * half, 1, 1);
  t.is(rowsWithin(long, 6), 2);
  long.sent = 2;
  t.is(rowsWithin(long, 4), 1);
  long.sent = 3;
  t.is(rowsWithin(long, 3), 1);
  long.sent = 4;
  t.is(rowsWithin(long, 2), 2);
  // Numbers have the size that a model declares.
  const x = { elements: new Float64Array(SLICE_OCTETS), rowShape: [SLICE_OCTETS / 2] };
  t.is(rowsWithin(queued(jobOf('a', 2, { inputs: { x } })), 2), 2);
});
