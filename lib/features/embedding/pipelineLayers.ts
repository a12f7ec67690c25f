import { KeptStates } from './keptStates.js';
import { type EncoderInLayers, layersOf, once } from './layers.js';
import { type Extractor, extractorOf, type FeatureExtraction, type PoolingOptions } from './pipeline.js';

/**
 * A pipeline as a feature uses it. Where it has `after`, texts that its first layers have read whole go on from there:
 * what these made of their tokens is kept until then.
 *
 * @throws OptionError for `layers` or `upTo` that are none
 */
export function pipelineInLayers(
  pipeline: FeatureExtraction,
  options: PoolingOptions,
): EncoderInLayers<Int32Array> {
  const whole = extractorOf(pipeline, options);
  const kept = new KeptStates();
  const after = new Map<number, () => Promise<Extractor>>();
  return {
    layers: layersOf(pipeline),
    async encode(all) {
      const states = all.map((tokens) => kept.take(tokens));
      if (states.every((state) => state === undefined)) return whole.pool(await whole.vectorsOf(all), all);
      const layers = [...new Set(states.map((state) => state?.layer))];
      const vectors: ArrayLike<number>[] = new Array(all.length);
      for (const layer of layers) {
        const places = all.flatMap((_, i) => (states[i]?.layer === layer ? [i] : []));
        const tokens = places.map((i) => all[i]);
        const before = places.flatMap((i) => states[i]?.vectors ?? []);
        const open = layer === undefined ? undefined : after.get(layer);
        const encoded = open ? (await open()).vectorsOf(tokens, before) : whole.vectorsOf(tokens);
        const { data, dims } = whole.pool(await encoded, tokens);
        places.forEach((place, i) => {
          vectors[place] = data.subarray(i * dims[1], (i + 1) * dims[1]);
        });
      }
      return vectors;
    },
    upTo(layer, size) {
      const first = once(async () => extractorOf((await pipeline.upTo?.(layer)) ?? pipeline, options));
      const goOn = pipeline.after?.bind(pipeline);
      const others = goOn && once(async () => extractorOf(await goOn(layer), options));
      if (others) after.set(layer, others);
      return {
        async encode(all) {
          const { vectorsOf, pool } = await first();
          const vectors = await vectorsOf(all);
          // A text that is cut has other tokens, and those that it has are seen beside others.
          if (others)
            all.forEach((tokens, i) => {
              if (tokens.length < size) kept.put(tokens, layer, vectors, i);
            });
          return pool(vectors, all);
        },
        ready: () => Promise.all([first(), others?.()]),
      };
    },
  };
}
