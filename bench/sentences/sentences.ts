import { embedding, tokens } from 'spillway';
import type { Gloss } from 'spillway/datasets';
import { RowView } from 'spillway/extend';
import { atLeast, atMost, type Check, columns, leftOut } from '../harness/checks.js';
import { sizeOf, type Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { peerVersion } from '../peers/install.js';
import { MINILM, MINILM_WRITER, TRANSFORMERS } from '../peers/known.js';
import { type Adapter, adapterCost } from './adapter.js';
import { compareSentences, type SentenceFigures } from './compare.js';
import { glossesOfEight, mails } from './data.js';
import { type Encoders, openEncoders } from './encoders.js';
import { GLOSS, MAIL } from './pipelines.js';

const CASES = ['mail', 'glosses', 'padding', 'adapter'] as const;

interface Figures {
  readonly mail?: SentenceFigures;
  readonly glosses?: SentenceFigures;
  readonly padding?: Padding;
  readonly adapter?: Adapter | string;
}

const ENCODED = 'sentences, certified and encoded';
const ADAPTER = "transformersModel, over its pipeline's own time";

/** Cascades over a sentence encoder: words, its first two layers on few tokens, all of it, certified. */
export const sentences: Workload = {
  peers: ({ cases = CASES }) => [
    ...[MINILM, TRANSFORMERS].map((peer) => ({ peer, checks: [ENCODED] })),
    ...(cases.includes('adapter') ? [{ peer: MINILM_WRITER, checks: [ADAPTER] }] : []),
  ],
  async run({ seeds = [1], quick, full, cases = CASES, log }) {
    const [seed] = seeds;
    const encoders = await openEncoders();
    const about = {
      workload: 'sentences',
      quick,
      machine: machine(),
      versions: { ...versions(), transformers: peerVersion('@huggingface/transformers') },
      seed,
    };
    if (typeof encoders === 'string') {
      const checks = [leftOut(ENCODED, 'MiniLM and transformers.js', encoders)];
      return { json: { ...about, checks }, table: `left out: ${encoders}` };
    }
    const size = sizeOf({ quick, full });
    const wanted = (name: (typeof CASES)[number]) => cases.includes(name);
    const figures: { -readonly [Name in keyof Figures]: Figures[Name] } = {};
    if (wanted('mail')) {
      log('mails');
      figures.mail = await compareSentences(MAIL, await mails(seed, size), encoders, {
        epsilon: 0.01,
        ...{ seed, quick },
      });
    }
    if (wanted('glosses')) {
      log('glosses');
      figures.glosses = await compareSentences(GLOSS, await glossesOfEight(seed, size), encoders, {
        epsilon: 0.02,
        ...{ seed, quick },
      });
    }
    if (wanted('padding')) {
      log('padding');
      figures.padding = await paddingOfGlosses((await glossesOfEight(seed, size)).known.rows, encoders);
    }
    if (wanted('adapter')) {
      log('transformersModel beside its pipeline');
      figures.adapter = await adapterCost((await mails(seed, size)).known.rows, size);
    }
    return { json: { ...about, ...figures, checks: checksOf(figures) }, table: tableOf(figures) };
  },
};

function checksOf({ mail, glosses, padding, adapter }: Figures): Check[] {
  const of = (name: string, figures: SentenceFigures | undefined, least: number): Check[] => {
    if (figures === undefined) return [];
    const { speedup, seconds, again, certificate, derived } = figures;
    return [
      {
        what: `${name}: verdict`,
        value: certificate.verdict,
        goal: 'certified',
        ok: certificate.verdict === 'certified',
      },
      atLeast(`${name}: end to end, the full model's time over the cascade's`, speedup, least),
      atMost(`${name}: texts that the whole encoder got again in tune`, again.meaning, 256),
      atMost(`${name}: texts that its first layers got again in tune`, again.glance, 256),
      atMost(
        `${name}: tune, over encoding every row once + tuning with the vectors given`,
        seconds.tune / (seconds.encode + seconds.given),
        1.5,
      ),
      {
        what: `${name}, looks derived: verdict`,
        value: derived.certificate.verdict,
        goal: 'certified',
        ok: derived.certificate.verdict === 'certified',
      },
      atLeast(`${name}, looks derived: speedup, over that with a look made by hand`, derived.overHand, 0.95),
      atMost(`${name}, looks derived: texts that the whole encoder got again in tune`, derived.again, 256),
    ];
  };
  return [
    ...of('mail', mail, 6),
    ...of('glosses', glosses, 2),
    ...(padding === undefined
      ? []
      : [atLeast('tokens of batches as they come, over batches by length', padding.ratio, 2)]),
    ...(adapter === undefined
      ? []
      : [
          typeof adapter === 'string'
            ? leftOut(ADAPTER, '<= 1.05', adapter)
            : atMost(ADAPTER, adapter.ratio, 1.05),
        ]),
  ];
}

function tableOf({ mail, glosses, padding }: Figures): string {
  const lines = [['', 'speedup', 'predicted', 'differs', 'full right', 'right', 'tune s', 'stages']];
  for (const [name, figures, tuning] of [
    ['mail', mail, mail?.seconds.tune],
    ['mail, derived', mail?.derived, mail?.derived.seconds],
    ['glosses', glosses, glosses?.seconds.tune],
    ['glosses, derived', glosses?.derived, glosses?.derived.seconds],
  ] as const) {
    if (figures === undefined) continue;
    const { speedup, predictedSpeedup, counts, accuracy, stages } = figures;
    lines.push([
      name,
      `${speedup.toFixed(2)}x`,
      `${predictedSpeedup.toFixed(2)}x`,
      percent(counts.changed / counts.rows),
      percent(accuracy.full),
      percent(accuracy.cascade),
      tuning?.toFixed(0) ?? '',
      stages.map(({ features, exits }) => `${features.join('+')} ${percent(exits)}`).join(', '),
    ]);
  }
  const padded =
    padding === undefined
      ? []
      : [
          `padding: ${padding.tokens} tokens; ${padding.sorted} by length, ${padding.asTheyCome} as they come`,
        ];
  return [columns(lines), ...padded].join('\n');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

/** Tokens that an encoder computes, padding included. */
interface Padding {
  readonly texts: number;
  readonly tokens: number;
  /** In batches of 64 as the rows come, over batches by length. */
  readonly sorted: number;
  readonly asTheyCome: number;
  readonly ratio: number;
}

const BATCH = 64;
const ONE = new Float32Array(1);

/** Glosses whole, as they come and sorted by length. Only their tokens are counted: nothing is encoded. */
async function paddingOfGlosses(rows: readonly Gloss[], { whole }: Encoders): Promise<Padding> {
  const ids = tokens(whole, { text: GLOSS.text });
  const feature = embedding((batch) => batch.map(() => ONE), {
    tokens: ids,
    dimensions: 1,
    batch: BATCH,
    cache: false,
  });
  const view = RowView.of(rows);
  await (await feature.fit(view)).compute(view);
  const lengths = ids.read(view).map(({ length }) => length);
  let asTheyCome = 0;
  for (let from = 0; from < lengths.length; from += BATCH) {
    const batch = lengths.slice(from, from + BATCH);
    asTheyCome += batch.length * Math.max(...batch);
  }
  const { padded: sorted, tokens: counted, texts } = feature.counts;
  return { texts, tokens: counted, sorted, asTheyCome, ratio: asTheyCome / sorted };
}
