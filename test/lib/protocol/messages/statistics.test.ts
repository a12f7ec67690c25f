import test from 'ava';
import {
  type ModelStatistics,
  readStatistics,
  writeStatistics,
} from '../../../../lib/protocol/messages/index.js';
import { octetsOfJson, refusal } from './messages.js';

test('statistics have Triton’s shape', (t) => {
  const model: ModelStatistics = {
    name: 'mail',
    version: '1',
    lastInference: 1_700_000_000_000,
    rows: 64,
    executions: 2,
    success: { count: 3, nanoseconds: 10 },
    fail: { count: 0, nanoseconds: 0 },
    queue: { count: 3, nanoseconds: 4 },
    compute: { count: 3, nanoseconds: 5 },
  };
  const written = JSON.parse(writeStatistics([{ ...model, queue: { count: 3, nanoseconds: 4.4 } }]));
  const none = { count: 0, ns: 0 };
  t.deepEqual(written, {
    model_stats: [
      {
        name: 'mail',
        version: '1',
        last_inference: 1_700_000_000_000,
        inference_count: 64,
        execution_count: 2,
        inference_stats: {
          success: { count: 3, ns: 10 },
          fail: none,
          queue: { count: 3, ns: 4 },
          compute_input: none,
          compute_infer: { count: 3, ns: 5 },
          compute_output: none,
          cache_hit: none,
          cache_miss: none,
        },
        batch_stats: [],
      },
    ],
  });
  t.deepEqual(readStatistics(octetsOfJson(written)), [model]);
  const bad = { model_stats: [{ name: 'm', inference_stats: { queue: { ns: '4' } } }] };
  t.regex(
    refusal(() => readStatistics(octetsOfJson(bad))),
    /model_stats\[0\]\.inference_stats\.queue\.ns is "4"; expected a number/,
  );
});
