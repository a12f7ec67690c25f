import { OptionError } from '../../lib/errors.js';

/** A part of a run's units: those whose number leaves `index` when it is divided by `of`. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly of: number;
}

export const ALL_UNITS: Shard = { index: 0, of: 1 };

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `2/8`, the third of eight shards; `auto`, as Slurm and AWS Batch number their arrays; or `auto/8`, for
 * Kubernetes, which tells a job its index alone.
 *
 * @throws OptionError for a text that is none, and where the environment doesn't say what `auto` needs
 */
export function shardOf(text: string, environment: Environment): Shard {
  const [, index, , of] = /^(auto|\d{1,9})(\/(\d{1,9}))?$/.exec(text) ?? [];
  if (index === undefined || (index !== 'auto' && of === undefined))
    throw wrong(`expected 2/8 (the third of eight), auto or auto/8, got ${text}`);
  const shard =
    index === 'auto'
      ? numbered(environment, of === undefined ? undefined : Number(of))
      : { index: Number(index), of: Number(of) };
  if (shard.index < shard.of) return shard;
  throw wrong(`there is no shard ${shard.index} of ${shard.of}: they are counted from 0`);
}

/** @param of how many shards there are, where that is given */
function numbered(environment: Environment, of: number | undefined): Shard {
  const number = (name: string) => {
    const text = environment[name];
    if (text === undefined || text === '') return undefined;
    if (/^\d{1,9}$/.test(text)) return Number(text);
    throw wrong(`auto: expected a whole number in ${name}, got '${text}'`);
  };
  const own = number('JOB_COMPLETION_INDEX');
  if (own !== undefined) {
    const count = of ?? number('JOB_COMPLETIONS');
    if (count !== undefined) return { index: own, of: count };
    throw wrong('auto: Kubernetes tells a job its index alone: give the number of completions, as auto/8');
  }
  const child = number('AWS_BATCH_JOB_ARRAY_INDEX');
  if (child !== undefined) {
    const count = of ?? number('AWS_BATCH_JOB_ARRAY_SIZE');
    if (count !== undefined) return { index: child, of: count };
    throw wrong('auto: AWS_BATCH_JOB_ARRAY_SIZE is missing: give the size of the array, as auto/8');
  }
  const task = number('SLURM_ARRAY_TASK_ID');
  if (task !== undefined) {
    // Given the count, a part of the array can be submitted again: sbatch --array=3 of 0-7.
    if (of !== undefined) return { index: task, of };
    const [first, step, count] = ['MIN', 'STEP', 'COUNT'].map((name) => number(`SLURM_ARRAY_TASK_${name}`));
    if (first !== undefined && count !== undefined) {
      const index = (task - first) / (step ?? 1);
      if (Number.isInteger(index) && index < count) return { index, of: count };
    }
    throw wrong(
      'auto: the tasks of this Slurm array have no even step: number them from 0, and give their count, as auto/8',
    );
  }
  throw wrong(
    'auto: neither JOB_COMPLETION_INDEX (Kubernetes), SLURM_ARRAY_TASK_ID (Slurm) nor AWS_BATCH_JOB_ARRAY_INDEX ' +
      '(AWS Batch) is set',
  );
}

function wrong(message: string): OptionError {
  return new OptionError('--shard', message);
}
