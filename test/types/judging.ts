/** What the compiler must refuse of rows that judge. Never run: `tsc` is the test. */
import type { RowsOf } from '../../cascades/holdout/index.js';
import type { Problem } from '../../cascades/problem/index.js';
import { fitRounds, fitStages, type Judging, type Material } from '../../cascades/training/index.js';
import { worldsFeatures } from '../support/agreement.js';

type Given = Problem<{ cheap: number; costly: number }, 'no' | 'yes'>;

export async function typed(
  { development, certification, split }: Given,
  material: Material,
  trial: Judging<'trial'>,
) {
  const served = { fitted: [], blocks: [] };
  await fitRounds(worldsFeatures, development.rows, split.rounds, served, {});
  // @ts-expect-error no feature is fitted to rows kept for the certificate
  await fitRounds(worldsFeatures, certification.rows, split.rounds, served, {});
  const scored: RowsOf<'development', Int32Array> = split.scored;
  // @ts-expect-error and none of them judges
  const kept: RowsOf<'development', Int32Array> = split.certify;
  // @ts-expect-error what trials are judged on chooses nothing that is served
  await fitStages(material, trial, []);
  return { scored, kept };
}
