import * as api from '@opentelemetry/api';
import test from 'ava';
import { RequestError } from '../../lib/protocol/messages/index.js';
import type { TraceHeaders } from '../../serve/backend.js';
import { TracedBackend } from '../../serve/traced.js';
import { FakeBackend } from './fakeBackend.js';
import { asking as askingGrpc, floats, serve as serveGrpc } from './grpc/served.js';
import { asking } from './http/rows.js';
import { serve as serveHttp } from './http/served.js';

interface Ended {
  readonly name: string;
  readonly kind: api.SpanKind | undefined;
  readonly parent: api.SpanContext | undefined;
  readonly attributes: Record<string, unknown>;
  status: number | undefined;
  took: number;
}

/** Spans that were ended, in that order. */
function recording(active: api.Context = api.ROOT_CONTEXT) {
  const ended: Ended[] = [];
  const tracer = {
    startSpan(
      name: string,
      { kind, startTime = 0, attributes = {} }: api.SpanOptions,
      context?: api.Context,
    ) {
      const parent = context && api.trace.getSpanContext(context);
      const span: Ended = {
        name,
        kind,
        parent,
        attributes: { ...attributes },
        status: undefined,
        took: Number.NaN,
      };
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
  // All but the tracer is OpenTelemetry's own.
  const { trace } = api;
  const own = {
    getTracer: () => tracer,
    setSpan: trace.setSpan.bind(trace),
    getSpan: trace.getSpan.bind(trace),
    setSpanContext: trace.setSpanContext.bind(trace),
  };
  const context = { active: () => active };
  return { ended, otel: { trace: own, context, createTraceState: api.createTraceState } as never };
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

const TRACE = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const HEADERS = { traceparent: `00-${TRACE.traceId}-${TRACE.spanId}-01`, tracestate: 'shop=t61rcWkgMzE,x=1' };

test('a request goes on with the trace that its headers name, one that is refused as well', async (t) => {
  const { ended, otel } = recording();
  const backend = new FakeBackend();
  const under = new TracedBackend(backend, otel).under(HEADERS);
  await under.infer(request('adder'), call);
  const screened = { model: 'none', version: undefined, ...call, mayNameDeadline: true };
  t.throws(() => under.screen(screened), { instanceOf: RequestError });
  await under.screen({ ...screened, model: 'adder' }).infer(request('adder'), call);
  t.is(ended.length, 3);
  for (const { parent, kind } of ended) {
    t.like(parent, { ...TRACE, isRemote: true });
    t.is(parent?.traceState?.get('shop'), 't61rcWkgMzE');
    t.is(kind, api.SpanKind.SERVER);
  }
});

test('a span that is active is the parent, whatever the headers say', async (t) => {
  const active = api.trace.setSpanContext(api.ROOT_CONTEXT, { ...TRACE, spanId: '00f067aa0ba902b7' });
  const { ended, otel } = recording(active);
  await new TracedBackend(new FakeBackend(), otel).under(HEADERS).infer(request('adder'), call);
  t.is(ended[0].parent?.spanId, '00f067aa0ba902b7');
  t.is(ended[0].kind, api.SpanKind.INTERNAL);
});

test('without headers, or with invalid ones, a trace begins', async (t) => {
  const { ended, otel } = recording();
  const traced = new TracedBackend(new FakeBackend(), otel);
  await traced.infer(request('adder'), call);
  await traced.under({ traceparent: 'x', tracestate: 'y' }).infer(request('adder'), call);
  t.deepEqual(
    ended.map(({ parent }) => parent),
    [undefined, undefined],
  );
});

test('headers of both protocols reach the backend', async (t) => {
  const seen: TraceHeaders[] = [];
  class Tracing extends FakeBackend {
    under(headers: TraceHeaders) {
      seen.push(headers);
      return this;
    }
  }
  const http = await serveHttp(t, {}, new Tracing());
  await http.ask(asking([[1, 2]]), HEADERS);
  await http.ask(asking([[1, 2]]));
  const grpc = await serveGrpc(t, {}, new Tracing());
  await grpc.ask('ModelInfer', askingGrpc({}, { raw_input_contents: [floats(1, 2)] }), { headers: HEADERS });
  const none = { traceparent: undefined, tracestate: undefined };
  t.deepEqual(seen, [HEADERS, none, HEADERS]);
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
