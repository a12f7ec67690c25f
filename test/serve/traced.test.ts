import * as api from '@opentelemetry/api';
import test from 'ava';
import { RequestError } from '../../lib/protocol/messages/index.js';
import { TracedBackend } from '../../serve/traced.js';
import { FakeBackend } from './fakeBackend.js';

interface Ended {
  readonly name: string;
  readonly attributes: Record<string, unknown>;
  status: number | undefined;
  took: number;
}

/** Spans that were ended, in that order. */
function recording() {
  const ended: Ended[] = [];
  const tracer = {
    startSpan(name: string, { startTime = 0, attributes = {} }: api.SpanOptions) {
      const span: Ended = { name, attributes: { ...attributes }, status: undefined, took: Number.NaN };
      return {
        setAttribute: (key: string, value: unknown) => {
          span.attributes[key] = value;
        },
        recordException: () => {},
        setStatus: ({ code }: { code: number }) => {
          span.status = code;
        },
        end: (time: number) => {
          span.took = time - Number(startTime);
          ended.push(span);
        },
      };
    },
  };
  const { context } = api;
  const trace = { getTracer: () => tracer, setSpan: () => context.active() };
  return { ended, otel: { trace, context } };
}

const request = (model: string) => ({
  model,
  version: undefined,
  id: undefined,
  parameters: {},
  inputs: [{ name: 'x', datatype: 'FP32' as const, shape: [3, 2], elements: new Float32Array(6) }],
  outputs: undefined,
});

const call = {
  tenant: 'shop',
  arrived: 0,
  deadline: undefined,
  octets: 100,
  signal: new AbortController().signal,
};

test('a request is a span with model, version, tenant and rows, and what its answer promises', async (t) => {
  const backend = new FakeBackend();
  const { ended, otel } = recording();
  const traced = new TracedBackend(backend, otel);
  const answer = await traced.infer(request('adder'), call);
  t.deepEqual(answer, await backend.infer(request('adder'), call));
  const [{ name, attributes, status, took }] = ended;
  t.is(name, 'spillway.infer');
  t.like(attributes, {
    'spillway.model': 'adder',
    'spillway.version': '3',
    'spillway.tenant': 'shop',
    'spillway.rows': 3,
  });
  for (const [key, value] of Object.entries(answer.parameters)) t.is(attributes[`spillway.${key}`], value);
  t.is(status, undefined);
  t.true(took >= 0);
});

test('a request that fails ends its span as failed, and throws the same error', async (t) => {
  const { ended, otel } = recording();
  const traced = new TracedBackend(new FakeBackend(), otel);
  const error = await t.throwsAsync(async () => traced.infer(request('none'), call), {
    instanceOf: RequestError,
  });
  t.is(error.reason, 'not-found');
  t.deepEqual(
    ended.map(({ status }) => status),
    [api.SpanStatusCode.ERROR],
  );
});

test('everything else is the backend itself', (t) => {
  const backend = new FakeBackend();
  const traced = new TracedBackend(backend, recording().otel);
  t.deepEqual(traced.metadata('adder', undefined), backend.metadata('adder', undefined));
  t.deepEqual(traced.index(), backend.index());
  t.deepEqual(traced.statistics(undefined, undefined), backend.statistics(undefined, undefined));
  t.true(traced.isReady && traced.isModelReady('adder', '3'));
  backend.isReady = false;
  t.false(traced.isReady);
});
