import { median, quantile } from 'simple-statistics';
import type { Model } from 'spillway';
import { denseBlock } from 'spillway/extend';
import { microBatch, onnxModel } from 'spillway/full';
import { atLeast, atMost, leftOut } from '../harness/checks.js';
import type { RunOptions, Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { loadPeer, peerVersion } from '../peers/install.js';
import { ONNX_RUNTIME } from '../peers/known.js';
import { onnxMlp } from '../peers/onnxMlp.js';
import { abortedRequests } from './batching-aborts.js';
import { overlapped } from './batching-overlap.js';

/**
 * Rows of concurrent callers gathered into batches, the overhead of the ONNX adapter, and
 * overlapping batches.
 */
export const batching: Workload = { peers: () => [{ peer: ONNX_RUNTIME, checks: GOALS }], run };

const WIDTHS = [256, 1024, 1024, 10];
const [COLUMNS] = WIDTHS;
const CLASSES = Array.from({ length: 10 }, (_, c) => c);
const CALLERS = 64;
/** Milliseconds from call to answer: the objective that batches are to keep. */
const P99_MS = 20;

const GAIN =
  'throughput of 64 callers of one row each, gathered, as a multiple of the same ones not gathered';
const GOALS = [
  GAIN,
  'milliseconds, p99 of the gathered calls',
  'the adapter as a multiple of the runtime alone, 256 rows',
];

async function run({ quick, log }: RunOptions) {
  const runtime = loadPeer('onnxruntime-node');
  const overlap = await overlapped(quick);
  log('overlap: done');
  const common = {
    workload: 'batching',
    machine: machine(),
    versions: { ...versions(), onnxruntime: peerVersion('onnxruntime-node') },
  };
  const overlapCheck = atLeast(
    '8 batches at once as a multiple of one after the other, the full model waiting',
    overlap.gain,
    1.5,
  );
  if (!isRuntime(runtime)) {
    const why = typeof runtime === 'string' ? runtime : 'onnxruntime-node is not what it was';
    return {
      json: {
        ...common,
        overlap,
        checks: [overlapCheck, ...GOALS.map((what) => leftOut(what, 'see bench/README.md', why))],
      },
      table: why,
    };
  }
  const bytes = onnxMlp(WIDTHS, 1);
  const model = await onnxModel(bytes, { classes: CLASSES, runtime });
  const callers = await gathered(model, quick);
  log('callers: done');
  const session = await runtime.InferenceSession.create(bytes);
  const alone = (rows: number) => overheadOf(model, runtime, session, rows, quick);
  const overhead = { one: await alone(1), many: await alone(256) };
  log('overhead: done');
  const aborts = await abortedRequests(model, COLUMNS, quick ? 5_000 : 100_000);
  log('aborts: done');
  await model.close();
  const checks = [
    atLeast(GAIN, callers.gain, 8),
    atMost(
      `milliseconds, p99 of the gathered calls, where ${P99_MS} are aimed at`,
      callers.gatheredP99Ms,
      P99_MS,
    ),
    atMost('the adapter as a multiple of the runtime alone, 256 rows', overhead.many.ratio, 1.05),
    atMost('the adapter as a multiple of the runtime alone, 1 row', overhead.one.ratio, 1.5),
    atMost(
      `requests lost, wrong or answered twice, of ${aborts.requests}`,
      aborts.lost + aborts.wrong + aborts.twice,
      0,
    ),
    atLeast('requests among them that were aborted', aborts.aborted, aborts.requests / 20),
    atMost('memory after all of them, as a multiple of that after a tenth', aborts.memoryGrowth, 1.1),
    overlapCheck,
  ];
  const table = [
    `${CALLERS} callers: ${callers.plainRate.toFixed(0)} rows a second, gathered ${callers.gatheredRate.toFixed(0)}; p99 ${callers.plainP99Ms.toFixed(1)} and ${callers.gatheredP99Ms.toFixed(1)} ms`,
    `alone: ${overhead.one.runtime.toFixed(0)} µs and by the adapter ${overhead.one.adapter.toFixed(0)} for 1 row, ${overhead.many.runtime.toFixed(0)} and ${overhead.many.adapter.toFixed(0)} for 256`,
  ];
  return { json: { ...common, callers, overhead, aborts, overlap, checks }, table: table.join('\n') };
}

/**
 * The same callers, each of whom sends a row and waits for the answer, with a model alone and with
 * one behind `microBatch`.
 */
async function gathered(model: Model, quick: boolean) {
  const batched = microBatch(model, { p99Ms: P99_MS });
  const requests = quick ? 500 : 6_000;
  const p99: Record<'plain' | 'batched', number[]> = { plain: [], batched: [] };
  const rounds = quick ? 2 : 7;
  const [plain, joint] = await interleave(
    [() => request(model, requests, p99.plain), () => request(batched, requests, p99.batched)],
    rounds,
    true,
  );
  return {
    callers: CALLERS,
    gain: medianRatio(plain, joint),
    plainRate: (1000 * requests) / median(plain),
    gatheredRate: (1000 * requests) / median(joint),
    plainP99Ms: median(p99.plain),
    gatheredP99Ms: median(p99.batched),
    objectiveMs: P99_MS,
  };
}

/** @param p99 gets the milliseconds that 99 of 100 of these calls stayed under */
async function request(model: Model, requests: number, p99: number[]): Promise<void> {
  const latencies: number[] = [];
  let left = requests;
  const caller = async (id: number) => {
    const block = denseBlock(1, COLUMNS, rowsOf(1, id));
    const out = new Float64Array(CLASSES.length);
    while (left-- > 0) {
      const start = performance.now();
      await model.score([block], out);
      latencies.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, id) => caller(id)));
  p99.push(quantile(latencies, 0.99));
}

/** Microseconds of a call, by the runtime alone and by the adapter, in turn. */
async function overheadOf(model: Model, runtime: Runtime, session: Session, rows: number, quick: boolean) {
  const values = rowsOf(rows, 1);
  const blocks = [denseBlock(rows, COLUMNS, values)];
  const out = new Float64Array(rows * CLASSES.length);
  const calls = Math.ceil((quick ? 20 : 400) / Math.sqrt(rows));
  const repeat = async (call: () => unknown) => {
    for (let i = 0; i < calls; i++) await call();
  };
  const [plain, adapted] = await interleave(
    [
      () =>
        repeat(async () => {
          const x = new runtime.Tensor('float32', values, [rows, COLUMNS]);
          const { probabilities } = await session.run({ x });
          return probabilities.data;
        }),
      () => repeat(() => model.score(blocks, out)),
    ],
    quick ? 3 : 31,
    true,
  );
  const micros = (times: readonly number[]) => (1000 * median(times)) / calls;
  return { rows, runtime: micros(plain), adapter: micros(adapted), ratio: medianRatio(adapted, plain) };
}

function rowsOf(rows: number, seed: number): Float32Array {
  return Float32Array.from({ length: rows * COLUMNS }, (_, i) => Math.sin(seed + i * 0.7));
}

interface Session {
  run(feeds: Readonly<Record<string, object>>): Promise<Readonly<Record<string, { readonly data: unknown }>>>;
}

interface Runtime {
  readonly InferenceSession: { create(model: Uint8Array): Promise<Session> };
  readonly Tensor: new (type: 'float32', values: Float32Array, dims: readonly number[]) => object;
}

function isRuntime(value: unknown): value is Runtime {
  return typeof value === 'object' && value !== null && 'InferenceSession' in value && 'Tensor' in value;
}
