import { show } from '../../check.js';
import { OptionError } from '../../errors.js';
import { openedOnce } from '../../util/openedOnce.js';
import { KeptStates } from './keptStates.js';
import { type EncoderInLayers, layersOf } from './layers.js';
import { extractorOf, type FeatureExtraction, isPipeline, type PoolingOptions } from './pipeline.js';

/**
 * A pipeline as a feature uses it. Where it has `after`, texts that its first layers have read whole go on from there:
 * what these made of their tokens is kept until then, or until their batch is done.
 *
 * @throws OptionError for `layers` or `upTo` that are none
 */
export function pipelineInLayers(
  pipeline: FeatureExtraction,
  options: PoolingOptions,
): EncoderInLayers<Int32Array> {
  const whole = extractorOf(pipeline, options);
  const kept = new KeptStates();
  const part = (name: 'upTo' | 'after') =>
    openedOnce(async (layer: number) => {
      const opened = await pipeline[name]?.(layer);
      if (isPipeline(opened)) return extractorOf(opened, options);
      throw new OptionError(`encode.${name}`, `expected a pipeline for layer ${layer}, got ${show(opened)}`);
    });
  const first = part('upTo');
  const others = pipeline.after && part('after');
  return {
    layers: layersOf(pipeline),
    goesOn: pipeline.after !== undefined,
    async encode(all, _context, batch) {
      const states = all.map((tokens) => kept.take(batch, tokens));
      if (states.every((state) => state === undefined)) return whole.pool(await whole.vectorsOf(all), all);
      const vectors: ArrayLike<number>[] = new Array(all.length);
      for (const layer of new Set(states.map((state) => state?.layer))) {
        const places = all.flatMap((_, i) => (states[i]?.layer === layer ? [i] : []));
        const tokens = places.map((i) => all[i]);
        const before = places.flatMap((i) => states[i]?.vectors ?? []);
        const goesOn = layer === undefined ? undefined : await others?.get(layer);
        const given = await (goesOn ? goesOn.vectorsOf(tokens, before) : whole.vectorsOf(tokens));
        const { data, dims } = whole.pool(given, tokens);
        places.forEach((place, i) => {
          vectors[place] = data.subarray(i * dims[1], (i + 1) * dims[1]);
        });
      }
      return vectors;
    },
    upTo: (layer, size) => ({
      async encode(all, _context, batch) {
        const { vectorsOf, pool } = await first.get(layer);
        const vectors = await vectorsOf(all);
        all.forEach((tokens, i) => {
          // A text that was cut has other tokens, and the rest of them beside others.
          if (others && tokens.length < size) kept.put(batch, tokens, layer, vectors, i);
        });
        return pool(vectors, all);
      },
      ready: () => Promise.all([first.get(layer), others?.get(layer)]),
    }),
  };
}
