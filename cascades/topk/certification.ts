import type { Tracker } from '../scoring/index.js';
import type { Label } from '../types/index.js';
import { type BandVerdict, judgeBand } from './bands.js';
import { headsOf } from './funnel.js';
import type { TopKProblem } from './problem.js';
import { stageNumbers } from './ranking.js';
import { judge, scoreRows } from './tables.js';
import type { BandCertificate, TopKCertificate } from './terms.js';
import type { Trained } from './training.js';
import { fullReader, type Tuned } from './tuning.js';

/** Tests every band's path on the certification queries, which are looked at here and nowhere else. */
export async function certifyBands<Row, L extends Label, Name extends string>(
  { bands, certification, ranking, population }: TopKProblem<Row, L>,
  trained: Trained<Row, Name>,
  { searches, stages }: Pick<Tuned<string>, 'searches' | 'stages'>,
  tracker: Tracker,
): Promise<BandVerdict[]> {
  const chains = searches.map((search) => ('found' in search ? search.found.chain.stages : []));
  const needed = stages.filter((stage) => chains.some((chain) => chain.includes(stage)));
  if (needed.length === 0) {
    return bands.map((band, b) => judgeBand(band, searches[b], [], [], population));
  }
  const readers = needed.map(({ model, features, output }) => ({
    model,
    features,
    output,
    numbers: stageNumbers,
  }));
  const [answers, ...columns] = await scoreRows(
    trained.computing,
    [fullReader(trained), ...readers],
    certification,
    ranking,
    tracker,
  );
  const queries = judge(certification, answers, trained.full.model.name);
  const scored = new Map(
    needed.map((stage, i) => {
      // Of later stages only what is left is looked at.
      const isFirst = chains.some(([first]) => first === stage);
      return [
        stage,
        { columns: columns[i], ...(isFirst && { heads: headsOf(columns[i], queries) }) },
      ] as const;
    }),
  );
  return bands.map((band, b) => {
    const own = chains[b].flatMap((stage) => {
      const known = needed.find((each) => each === stage);
      return (known && scored.get(known)) ?? [];
    });
    return judgeBand(band, searches[b], own, queries, population);
  });
}

/** The certificate of all bands together. */
export function together(
  bands: readonly BandCertificate[],
  { delta, copies }: { readonly delta: number; readonly copies: number },
): TopKCertificate {
  const terms = { delta, ...(copies > 0 && { copies }), bands };
  const refused = bands.filter(({ verdict }) => verdict !== 'certified');
  if (refused.length === 0) return { verdict: 'certified', reason: null, ...terms };
  const reasons = refused.map(({ reason, promise: { k } }) =>
    bands.length === 1 ? reason : `K from ${k[0]} to ${k[1]}: ${reason}`,
  );
  return { verdict: 'full-model-only', reason: reasons.join('; '), ...terms };
}
