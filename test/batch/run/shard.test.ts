import test from 'ava';
import { shardOf } from '../../../batch/run/index.js';
import { OptionError } from '../../../index.js';

/** Shards by their numbers, as clusters tell them. */

const slurm = (id: number, min: number, step: number, count: number) => ({
  SLURM_ARRAY_TASK_ID: `${id}`,
  SLURM_ARRAY_TASK_MIN: `${min}`,
  SLURM_ARRAY_TASK_STEP: `${step}`,
  SLURM_ARRAY_TASK_COUNT: `${count}`,
});

test('a shard is read from its text, or from what a cluster sets', (t) => {
  t.deepEqual(shardOf('2/8', {}), { index: 2, of: 8 });
  t.deepEqual(shardOf('auto', slurm(7, 1, 2, 4)), { index: 3, of: 4 });
  t.deepEqual(shardOf('auto/8', slurm(7, 7, 1, 1)), { index: 7, of: 8 });
  const aws = { AWS_BATCH_JOB_ARRAY_INDEX: '9', AWS_BATCH_JOB_ARRAY_SIZE: '10' };
  t.deepEqual(shardOf('auto', aws), { index: 9, of: 10 });
  t.deepEqual(shardOf('auto/8', { JOB_COMPLETION_INDEX: '0' }), { index: 0, of: 8 });
  t.deepEqual(shardOf('auto', { JOB_COMPLETION_INDEX: '5', JOB_COMPLETIONS: '6' }), { index: 5, of: 6 });
});

test('what is no shard, and what a cluster leaves out, is named', (t) => {
  const refused = (text: string, environment: Record<string, string>, message: RegExp) =>
    t.throws(() => shardOf(text, environment), { instanceOf: OptionError, message });
  for (const text of ['', '3', '1/2/3', '-1/2', 'auto/', 'x/2']) refused(text, {}, /expected 2\/8/);
  refused('8/8', {}, /no shard 8 of 8: they are counted from 0/);
  refused('0/0', {}, /no shard 0 of 0/);
  refused('auto', {}, /neither JOB_COMPLETION_INDEX .* is set/);
  refused('auto', { JOB_COMPLETION_INDEX: '1' }, /auto\/8/);
  refused('auto', { JOB_COMPLETION_INDEX: 'one' }, /JOB_COMPLETION_INDEX, got 'one'/);
  refused('auto', slurm(9, 1, 1, 3), /no even step/);
  refused('auto/8', slurm(8, 1, 1, 8), /no shard 8 of 8/);
});
