import type { Duration, ModelStatistics } from '../backend.js';

const NONE: Duration = { count: 0, nanoseconds: 0 };

/** Counts of models as Triton's statistics extension writes them. */
export function statisticsAsJson(models: readonly ModelStatistics[]): object {
  return {
    model_stats: models.map((model) => ({
      name: model.name,
      version: model.version,
      last_inference: model.lastInference,
      inference_count: model.rows,
      execution_count: model.executions,
      inference_stats: {
        success: duration(model.success),
        fail: duration(model.fail),
        queue: duration(model.queue),
        compute_input: duration(NONE),
        compute_infer: duration(model.compute),
        compute_output: duration(NONE),
        cache_hit: duration(NONE),
        cache_miss: duration(NONE),
      },
      batch_stats: [],
    })),
  };
}

function duration({ count, nanoseconds }: Duration): object {
  return { count, ns: nanoseconds };
}
