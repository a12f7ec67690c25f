import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Context, Span, SpanOptions } from '@opentelemetry/api';
import * as api from '@opentelemetry/api';
import test from 'ava';
import { Registry } from 'prom-client';
import { Service } from '../../../../cascades/cascade/service.js';
import {
  type CallMessage,
  channels,
  openTelemetrySpans,
  prometheusMetrics,
  Tally,
  type WorkMessage,
} from '../../../../lib/run/telemetry/index.js';
import { type Numbers, numbers, type World, type WorldOptions, worldOf } from '../runtime/numbers.js';

/** A world whose features and stages are counted by a clock that goes on by a millisecond whenever it is read. */
function counted(options: WorldOptions): { service: Service<Numbers>; world: World } {
  let time = 0;
  const now = () => time++;
  const world = worldOf(options);
  const { features, stages, full } = world.engine;
  const service = new Service({
    ...world.engine,
    features: features.map((each) => ({ ...each, tally: new Tally(each.name, -1, channels.feature, now) })),
    stages: stages.map((each, s) => ({ ...each, tally: new Tally(each.model.name, s, channels.stage, now) })),
    full: { ...full, tally: new Tally(full.model.name, stages.length, channels.stage, now) },
  });
  return { service, world };
}

const ALL = [0, 0];
const NONE = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];

test('statistics count rows, calls, time here, time waited, and where rows were answered', async (t) => {
  const { service } = counted({
    classes: 2,
    thresholds: [NONE, ALL],
    features: { 1: { waits: true } },
    waitingModels: false,
  });
  await service.run(numbers(10, 3), {});
  await service.one(numbers(1, 3)[0], {});
  const { features, stages } = service.statistics<'f0' | 'f1' | 'f2'>();
  t.like(features.f0, { rows: 11, calls: 2, errors: 0, busyMs: 2, waitMs: 2 });
  t.like(features.f1, { rows: 11, calls: 2, errors: 0, busyMs: 2 });
  t.true(features.f1.waitMs > 0);
  t.like(features.f2, { rows: 0, calls: 0 });
  t.deepEqual(
    stages.map(({ rows, answered, degraded }) => ({ rows, answered, degraded })),
    [
      { rows: 11, answered: 0, degraded: 0 },
      { rows: 11, answered: 11, degraded: 0 },
      { rows: 0, answered: 0, degraded: 0 },
    ],
  );
});

test('what fails is counted where it failed, and degraded answers where they came from', async (t) => {
  for (const one of [false, true]) {
    const { service } = counted({
      classes: 2,
      thresholds: [NONE],
      features: { 1: { fails: () => true } },
    });
    const rows = numbers(one ? 1 : 3, 2);
    if (one) await service.one(rows[0], { onFault: 'degrade' });
    else await service.run(rows, { onFault: 'degrade' });
    const { features, stages } = service.statistics<'f0' | 'f1'>();
    t.like(features.f1, { rows: rows.length, errors: 1 });
    t.like(stages[0], { answered: rows.length, degraded: rows.length });
    t.like(stages[1], { rows: 0, answered: 0 });
    t.deepEqual(service.statistics().health, { isDegraded: true, spells: 1, rows: rows.length });
  }
});

test('a call that failed for some of its rows counts as one that failed', async (t) => {
  const { service, world } = counted({ classes: 2, thresholds: [NONE], features: {} });
  const [, feature] = world.engine.features;
  const { compute } = feature.fitted;
  const fitted = Object.assign(feature.fitted, {
    compute: (...[view, context]: Parameters<typeof compute>) => {
      if (view.length > 1) context?.missing?.(1, new Error('no such key'));
      return compute.call(fitted, view, context);
    },
  });
  await service.run(numbers(3, 2), { onFault: 'degrade' });
  await service.run(numbers(1, 2), { onFault: 'degrade' });
  t.like(service.statistics<'f1'>().features.f1, { rows: 4, calls: 2, errors: 1 });
});

test('what a feature counts itself counts from when the cascade was made, and not while it is readied', async (t) => {
  const { world } = counted({ classes: 2, thresholds: [ALL] });
  const done = { roundTrips: 100, keys: 1_000 };
  const features = world.engine.features.map((each) => ({
    ...each,
    tally: new Tally(each.name, -1, channels.feature),
    fitted: { ...each.fitted, counts: () => ({ ...done }) },
  }));
  const service = new Service({ ...world.engine, features });
  const own = () => {
    const { roundTrips, keys } = service.statistics<'f0'>().features.f0;
    return [roundTrips, keys];
  };
  t.deepEqual(own(), [0, 0]);
  done.keys += 3;
  t.deepEqual(own(), [0, 3]);
  await service.warm(
    [
      async () => {
        done.roundTrips++;
        done.keys += 10;
      },
    ],
    10,
  );
  t.deepEqual(own(), [0, 3]);
  done.roundTrips += 2;
  t.deepEqual(own(), [2, 3]);
});

test('what readies is not counted', async (t) => {
  const { service } = counted({ classes: 2, thresholds: [ALL] });
  const [row] = numbers(1, 2);
  await service.one(row, {});
  const before = service.statistics();
  let rounds = 0;
  await service.warm(
    [
      async () => {
        rounds++;
        await service.one(row, {});
      },
    ],
    1_000,
  );
  t.true(rounds > 1);
  t.deepEqual(service.statistics(), before);
});

test('rows outside the promise that are only readied are not counted, but what failed is known', async (t) => {
  const { service } = counted({ classes: 2, thresholds: [NONE], features: { 1: { fails: () => true } } });
  const [row] = numbers(1, 2);
  const round = async () => {
    await service.one(row, { onFault: 'degrade' });
  };
  await service.warm([round], 10);
  t.deepEqual(service.statistics().health, { isDegraded: true, spells: 0, rows: 0 });
});

test.serial('calls, features and stages are told on diagnostics_channel, each of its call', async (t) => {
  const { service } = counted({ classes: 2, thresholds: [NONE], features: { 1: { waits: true } } });
  const heard: (readonly [string, unknown])[] = [];
  const names = ['spillway:call:begin', 'spillway:call:end', 'spillway:feature', 'spillway:stage'];
  const listen = (message: unknown, name: string | symbol) => heard.push([String(name), message]);
  for (const name of names) subscribe(name, listen);
  await service.one(numbers(1, 2)[0], {});
  for (const name of names) unsubscribe(name, listen);
  await service.one(numbers(1, 2)[0], {});
  t.deepEqual(
    heard.map(([name]) => name.slice('spillway:'.length)),
    ['call:begin', 'feature', 'stage', 'feature', 'stage', 'call:end'],
  );
  const call = heard[0][1] as CallMessage;
  t.is(heard[5][1], call);
  t.true(call.tookMs >= 0);
  const works = heard.slice(1, 5).map(([, message]) => message as WorkMessage);
  t.true(works.every((work) => work.call === call && work.rows === 1 && work.error === undefined));
  t.deepEqual(
    works.map(({ name, stage }) => [name, stage]),
    [
      ['f0', -1],
      ['m0', 0],
      ['f1', -1],
      ['m1', 1],
    ],
  );
  t.true(works[2].waitMs > 0 && works[0].busyMs > 0);
});

test.serial('the end of a call tells whether its answers are outside the promise', async (t) => {
  const failing = new Set<number>([1]);
  const { service } = counted({
    classes: 2,
    thresholds: [NONE],
    features: { 1: { fails: () => failing.size > 0 } },
  });
  const heard: [degraded: number, impaired: boolean][] = [];
  const listen = (message: unknown) => {
    const { degraded, impaired } = message as CallMessage;
    heard.push([degraded, impaired]);
  };
  subscribe('spillway:call:end', listen);
  const rows = numbers(2, 2);
  await service.run(rows, { onFault: 'degrade' });
  await t.throwsAsync(service.one(rows[0], {}));
  failing.clear();
  await service.one(rows[0], {});
  unsubscribe('spillway:call:end', listen);
  t.deepEqual(heard, [
    [2, true],
    [0, false],
    [0, false],
  ]);
});

test('metrics of Prometheus are the statistics at the time they are collected', async (t) => {
  const { service } = counted({ classes: 2, thresholds: [NONE, ALL] });
  const register = new Registry();
  await prometheusMetrics({ world: service }, { register });
  for (const rows of [3, 4]) {
    await service.run(numbers(rows, 3), {});
    await register.metrics();
  }
  const text = await register.metrics();
  t.regex(text, /^spillway_feature_rows_total\{cascade="world",feature="f0"\} 7$/m);
  t.regex(text, /^spillway_stage_answered_total\{cascade="world",stage="1"\} 7$/m);
  t.regex(text, /^spillway_stage_answered_total\{cascade="world",stage="full"\} 0$/m);
  t.regex(text, /^spillway_feature_busy_seconds_total\{cascade="world",feature="f0"\} 0\.002$/m);
  t.notRegex(text, /^spillway_feature_cache_hits_total\{/m);
  t.regex(text, /^spillway_cascade_degraded_total\{cascade="world"\} 0$/m);
  t.regex(text, /^spillway_cascade_degraded_spells_total\{cascade="world"\} 0$/m);
});

test('without prom-client that is said, and so is what is no cascade', async (t) => {
  const absent = async () => {
    throw Object.assign(new Error('none'), { code: 'MODULE_NOT_FOUND' });
  };
  const { service } = counted({ classes: 2, thresholds: [] });
  await t.throwsAsync(prometheusMetrics({ service }, {}, absent), { name: 'MissingPackage' });
  await t.throwsAsync(openTelemetrySpans(absent), { name: 'MissingPackage' });
  await t.throwsAsync(prometheusMetrics({}), { name: 'OptionError' });
});

test.serial(
  'spans: a call under the active one, features and stages under the call, errors on them',
  async (t) => {
    interface Made {
      readonly name: string;
      readonly parent: string | undefined;
      readonly options: SpanOptions | undefined;
      error?: unknown;
      ended?: number;
    }
    const made: Made[] = [];
    const key = api.createContextKey('name');
    const spans = new Map<unknown, Made>();
    const startSpan = (name: string, options?: SpanOptions, context?: Context): Span => {
      const parent = context && api.trace.getSpan(context);
      const one: Made = { name, parent: spans.get(parent)?.name, options };
      const span = api.trace.wrapSpanContext({
        traceId: String(made.length),
        spanId: key.toString(),
        traceFlags: 1,
      });
      Object.assign(span, {
        setAttribute: () => span,
        recordException: (error: unknown) => {
          one.error = error;
        },
        setStatus: () => span,
        end: (at: number) => {
          one.ended = at;
        },
      });
      made.push(one);
      spans.set(span, one);
      return span;
    };
    const fake = {
      ...api,
      trace: { getTracer: () => ({ startSpan }), setSpan: api.trace.setSpan.bind(api.trace) },
    };
    const stop = await openTelemetrySpans(async () => fake);
    const { service } = counted({ classes: 2, thresholds: [NONE], features: { 1: { fails: () => true } } });
    await t.throwsAsync(service.one(numbers(1, 2)[0], {}));
    stop();
    await t.throwsAsync(service.one(numbers(1, 2)[0], {}));
    t.deepEqual(
      made.map(({ name, parent, error }) => [name, parent, error instanceof Error]),
      [
        ['spillway.call', undefined, true],
        ['spillway.feature', 'spillway.call', false],
        ['spillway.stage', 'spillway.call', false],
        ['spillway.feature', 'spillway.call', true],
      ],
    );
    const [call, feature] = made;
    t.deepEqual(feature.options?.attributes, {
      'spillway.feature': 'f0',
      'spillway.rows': 1,
      'spillway.wait_ms': 1,
    });
    t.true(made.every(({ ended = 0 }) => ended > 0) && Number(call.options?.startTime) > 1e12);
  },
);
