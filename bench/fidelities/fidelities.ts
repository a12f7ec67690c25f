import { type Check, columns } from '../harness/checks.js';
import { sizeOf, type Workload } from '../harness/harness.js';
import { machine, versions } from '../harness/machine.js';
import { VARIANT_HEAD, type VariantFigures, variantLines } from './compare.js';
import { type Corpus, corpusChecks, corpusFigures } from './corpora.js';
import { mailChecks, mailFigures } from './mail.js';
import { loadManuals, MANUALS } from './manuals.js';
import { loadSources } from './sources.js';
import {
  BEFORE,
  BESIDE_BEFORE,
  RATIO_HEAD,
  ratioLines,
  TIMES_HEAD,
  timesChecks,
  timesFigures,
  timesLines,
} from './times.js';

const CASES = ['mail', 'sources', 'manuals', 'times'] as const;
/** Of mails, and of the corpora: all of these give nearly the same. */
const SEEDS = {
  mail: { quick: [1], usual: [1, 2, 3], full: [1, 2, 3, 4, 5] },
  corpora: { quick: [1], usual: [1], full: [1, 2, 3] },
};

const CORPORA: Readonly<Record<'sources' | 'manuals', () => Corpus>> = {
  sources: loadSources,
  manuals: loadManuals,
};

/** Cheaper versions of features that `tune` derives: what they gain and what they cost. */
export const fidelities: Workload = {
  peers: ({ cases = CASES }) => [
    ...(cases.includes('manuals') ? [{ peer: MANUALS, checks: ['manuals: '] }] : []),
    ...(cases.includes('times') ? [{ peer: BEFORE, checks: BESIDE_BEFORE }] : []),
  ],
  async run({ seeds: chosen, quick, full, cases = CASES, log }) {
    const size = sizeOf({ quick, full });
    const seedsOf = (of: keyof typeof SEEDS) => chosen ?? SEEDS[of][size];
    const wanted = (name: (typeof CASES)[number]) => cases.includes(name);
    const comparisons: Record<string, VariantFigures[][]> = {};
    const checks: Check[] = [];
    if (wanted('mail')) {
      comparisons.mail = await mailFigures(seedsOf('mail'), quick, log);
      checks.push(...mailChecks(comparisons.mail));
    }
    for (const name of ['sources', 'manuals'] as const) {
      if (!wanted(name) || (name === 'manuals' && MANUALS.missing() !== undefined)) continue;
      log(name);
      comparisons[name] = await corpusFigures(CORPORA[name](), seedsOf('corpora'), quick, log);
      checks.push(...corpusChecks(name, comparisons[name]));
    }
    const times = wanted('times') ? await timesFigures(size, log) : [];
    checks.push(...timesChecks(times, size));
    const json = {
      workload: 'fidelities',
      quick,
      machine: machine(),
      versions: versions(),
      seeds: { mail: seedsOf('mail'), corpora: seedsOf('corpora') },
      comparisons,
      times,
      checks,
    };
    const tables = [
      ...Object.entries(comparisons).map(
        ([name, perSeed]) => `${name}\n${columns([[...VARIANT_HEAD], ...variantLines(perSeed)])}`,
      ),
      ...(times.length > 0
        ? [columns([[...TIMES_HEAD], ...timesLines(times)]), columns([[...RATIO_HEAD], ...ratioLines(times)])]
        : []),
    ];
    return { json, table: tables.join('\n\n') };
  },
};
