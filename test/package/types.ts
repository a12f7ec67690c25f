// Compiled, by every TypeScript from 5.4 on, as a module of either kind. Never run.
import { Cascade, define, dense, logisticRegression, type OptionError, tfidf, tune } from 'spillway';
import { gaussianWorld, type Mail } from 'spillway/datasets';
import type { Block } from 'spillway/extend';
import { microBatch } from 'spillway/full';
import { type FeatureCache, featureCache } from 'spillway/lookup';
import { define as name, dense as numbers, Cascade as Served } from 'spillway/runtime';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_Claim extends true>() => undefined;

export async function types(mails: readonly Mail[], error: OptionError) {
  const features = define({
    length: dense(1, (all: readonly Mail[]) => Float32Array.from(all, ({ body }) => body.length)),
    words: tfidf((mail: Mail) => mail.body),
  });
  const cascade = await tune({
    features,
    rows: mails,
    labels: mails.map(({ body }) => (body === '' ? ('empty' as const) : ('full' as const))),
    full: logisticRegression(),
    bound: { loss: 'accuracy', epsilon: 0.01, delta: 0.05 },
  });
  const { labels } = await cascade.predict(mails);
  holds<Same<typeof labels, ('empty' | 'full')[]>>();
  const [stage] = cascade.plan.stages;
  holds<Same<(typeof stage.features)[number], 'length' | 'words' | `length@${string}` | `words@${string}`>>();
  const loaded = await Cascade.load<Mail, 'empty' | 'full', 'length' | 'words'>('path', { features });
  holds<Same<typeof loaded, typeof cascade>>();
  holds<Same<typeof error.option, string>>();

  const { rows } = gaussianWorld({ rows: 10, seed: 1 });
  const few = name({
    cheap: numbers(1, (all: readonly (typeof rows)[number][]) =>
      Float32Array.from(all, ({ cheap }) => cheap[0]),
    ),
  });
  const served = await Served.load(new Uint8Array(1), { features: few });
  // @ts-expect-error What serves doesn't choose.
  served.retune({ epsilon: 0.1 });
  // @ts-expect-error A misspelt name is none.
  cascade.whatIf({ costs: { word: { perRow: 1 } } });
  const model = microBatch({ name: 'ours', classes: 2, score: () => undefined });
  holds<Same<typeof model.name, string>>();
  const cache = featureCache({ maxBytes: 1e6 });
  holds<Same<typeof cache, FeatureCache>>();
  holds<Same<Block['rows'], number>>();
  // @ts-expect-error A row of another kind.
  return served.predict(mails);
}
