import { show } from '../../check.js';
import { RequestError } from './errors.js';
import { type JsonObject, listOf, nameOf, objectOf, optionalText, parseJson } from './json.js';
import { DEFAULT_LIMITS, type MessageLimits } from './limits.js';
import type { Duration, ModelStatistics } from './types.js';

/** Statistics as the body of an HTTP response. @see Triton, "Statistics Extension" */
export function writeStatistics(models: readonly ModelStatistics[]): string {
  return JSON.stringify({ model_stats: models.map(statisticsOf) });
}

const NOTHING: Duration = { count: 0, nanoseconds: 0 };

function statisticsOf(model: ModelStatistics) {
  const { name, version, lastInference, rows, executions, success, fail, queue, compute } = model;
  return {
    name,
    version,
    last_inference: lastInference,
    inference_count: rows,
    execution_count: executions,
    inference_stats: {
      success: written(success),
      fail: written(fail),
      queue: written(queue),
      compute_input: written(NOTHING),
      compute_infer: written(compute),
      compute_output: written(NOTHING),
      cache_hit: written(NOTHING),
      cache_miss: written(NOTHING),
    },
    batch_stats: [],
  };
}

/** Triton's clients read whole numbers. */
function written({ count, nanoseconds }: Duration) {
  return { count, ns: Math.round(nanoseconds) };
}

/**
 * Statistics from the body of an HTTP response. What a server doesn't count is 0.
 *
 * @throws RequestError `invalid`, naming the place
 */
export function readStatistics(
  body: Uint8Array,
  limits: MessageLimits = DEFAULT_LIMITS,
): readonly ModelStatistics[] {
  const { value } = parseJson('the statistics', body, limits);
  const { model_stats } = objectOf('the statistics', value);
  return listOf("'model_stats'", model_stats).map((item, i) => {
    const place = `model_stats[${i}]`;
    const model = objectOf(place, item);
    const durations = objectOf(`${place}.inference_stats`, model.inference_stats ?? {});
    const read = (key: string) => durationOf(`${place}.inference_stats.${key}`, durations[key]);
    return {
      name: nameOf(`${place}.name`, model.name),
      version: optionalText(`${place}.version`, model.version) ?? '',
      lastInference: countIn(place, model, 'last_inference'),
      rows: countIn(place, model, 'inference_count'),
      executions: countIn(place, model, 'execution_count'),
      success: read('success'),
      fail: read('fail'),
      queue: read('queue'),
      compute: read('compute_infer'),
    };
  });
}

function durationOf(place: string, value: unknown): Duration {
  const duration = objectOf(place, value ?? {});
  return { count: countIn(place, duration, 'count'), nanoseconds: countIn(place, duration, 'ns') };
}

function countIn(place: string, object: JsonObject, key: string): number {
  const count = object[key] ?? 0;
  if (typeof count === 'number' && count >= 0) return count;
  throw new RequestError('invalid', `${place}.${key} is ${show(count)}; expected a number, 0 or more`);
}
