import type { Label } from '../../cascades/internal.js';
import type { RankingReport } from '../../lib/report/index.js';
import type { RankerParts } from '../serve/index.js';
import { cutWords, modelWords, promiseLine, spelt } from './summary.js';

/** A ranker as the plain data of a report. */
export function rankerReport<Row, L extends Label, Name extends string>(
  { plan, certificate, objective, curves, notes, full }: RankerParts<Row, L, Name>,
  title = 'A spillway ranker',
): RankingReport {
  return {
    title,
    verdict: certificate.verdict,
    unit: objective === 'price' ? 'price' : 'µs',
    notes,
    bands: plan.bands.map((band, b) => {
      const { promise } = certificate.bands[b];
      return {
        title: `The best ${spelt(promise.k)} of ${spelt(promise.candidates)} candidates`,
        promise: promiseLine(certificate.bands[b]),
        metric: promise.metric,
        level: promise.level,
        stages: [
          ...band.stages.map((stage, s) => ({
            name: `stage ${s + 1}`,
            features: stage.features,
            model: modelWords(stage),
            kept: cutWords(stage.cut),
            reach: stage.reach,
            cost: stage.cost,
          })),
          {
            name: 'full model',
            features: band.full.features,
            model: full.learner ?? full.model.name,
            kept: 'the K best',
            reach: band.full.reach,
            cost: band.full.cost,
          },
        ],
        expected: band.expected,
        points: curves[b]?.points ?? [],
        rules: (curves[b]?.willump ?? []).map(({ rule, cost, value }) => ({
          name: rule === 'published' ? 'Willump, 99 of 100' : 'Willump, 95 of 100',
          cost,
          value,
        })),
      };
    }),
  };
}
