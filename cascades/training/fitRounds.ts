import type { Block, BlockRows, LateBlock } from '../../lib/data/blocks/index.js';
import type { Rows } from '../../lib/data/rows/index.js';
import {
  type FeatureSet,
  type FidelityNames,
  fidelityNames,
  inFidelities,
} from '../../lib/features/define/index.js';
import type { Fits } from '../../lib/learn/fits/index.js';
import type { NamedFeature } from '../../lib/run/runtime/index.js';
import type { RowsOf } from '../holdout/index.js';
import type { Round } from '../problem/index.js';
import { blocksOfSets, fitFeatures, learns, type Refits, type Tracker } from '../scoring/index.js';
import { largeOnes } from './largeOnes.js';

/**
 * A round with its blocks, one a feature: rows that models of the round are fitted on, and rows
 * that they then score.
 */
export interface FittedRound extends Round {
  readonly blocks: { readonly fit: readonly BlockRows[]; readonly score: readonly BlockRows[] };
}

/**
 * Refits the features on the rows that each round fits models on.
 *
 * A vocabulary that has seen a row contains its rarest words, unlike for a new row. Scored with it,
 * rows look harder or easier than new ones will, and every threshold is a little wrong. A feature
 * without a fit is the same in every round, and isn't computed again.
 *
 * @param served the features fitted on all rows to fit on, and their blocks over all of `rows`; each round has blocks
 *   of these features and after them of their versions
 * @param refits what those features kept of the rows, so that these aren't read again; freed
 * afterwards
 */
export async function fitRounds<Row>(
  features: FeatureSet<Row>,
  rows: RowsOf<'development', Rows<Row>>,
  rounds: readonly Round[],
  served: ServedBlocks<Row>,
  { signal, onProgress, patience, requests }: Tracker,
  fits?: Fits,
  refits?: Refits<Row>,
): Promise<FittedRound[]> {
  const { names: versions = {}, blocks: versionBlocks = [] } = served.versions ?? {};
  const hasVersions = (name: string) => Object.hasOwn(versions, name);
  const all = fidelityNames(
    served.fitted.map(({ name }) => name),
    versions,
  );
  const learning = features.names.filter((name) => learns(features.get(name)));
  const fitted: FittedRound[] = [];
  const shared = (block: Block | LateBlock): BlockRows => ({
    block: fits === undefined || block.kind === 'late' ? block : fits.share(block),
  });
  const large = fits?.readsOnce ? largeOnes(served.blocks, rounds) : undefined;
  const lateBlock = (name: string) =>
    served.blocks.find((block, f) => served.fitted[f].name === name && large?.has(block));
  for (const round of rounds) {
    const kept = new Map(
      learning.map((name) => [name, refits?.blocksOf(name, round, hasVersions(name), lateBlock(name))]),
    );
    const names = learning.filter((name) => kept.get(name) === undefined);
    const read: FeatureSet<Row> = { ...features, names };
    const own = await fitFeatures(read, rows.select(round.fit), { signal, patience, requests });
    const isServed = ({ fitted: feature }: NamedFeature<Row>) =>
      served.fitted.some(({ fitted }) => fitted === feature);
    const learnt = own.filter((feature) => !isServed(feature));
    // Versions have what their feature has learnt in this round, and nothing of the rows that it scores.
    const refitted = [...kept].flatMap(([name, known]) =>
      known?.fitted ? [{ name, fitted: known.fitted }] : [],
    );
    const stepped = inFidelities(
      [...learnt, ...refitted],
      pickNames(versions, (name) => [...learnt, ...refitted].some((feature) => feature.name === name)),
    );
    const computing = stepped
      .filter(({ name }) => !kept.get(name))
      .map((step): NamedFeature<Row> => ({ ...step, patience }));
    const sets = [round.fit, round.score];
    const computed =
      computing.length === 0
        ? [[], []]
        : await blocksOfSets(computing, rows, sets, { signal, requests }, fits?.isShared);
    const [fit, score] = sets.map((where, set) =>
      all.map((name, f): BlockRows => {
        const known = kept.get(name);
        if (known !== undefined) return shared(set === 0 ? known.fit : known.score);
        const i = computing.findIndex((feature) => feature.name === name);
        return i < 0
          ? { block: [...served.blocks, ...versionBlocks][f], rows: where }
          : shared(computed[set][i]);
      }),
    );
    fitted.push({ ...round, blocks: { fit, score } });
    onProgress?.(fitted.length / rounds.length);
  }
  refits?.forget();
  return fitted;
}

/** Features that are served, and their blocks over all rows. */
export interface ServedBlocks<in Row> {
  readonly fitted: readonly Pick<NamedFeature<Row>, 'name' | 'fitted'>[];
  readonly blocks: readonly Block[];
  /** Versions of them, by feature, and a block each. @defaultValue none */
  readonly versions?: { readonly names: FidelityNames; readonly blocks: readonly Block[] };
}

function pickNames(names: FidelityNames, isWanted: (feature: string) => boolean): FidelityNames {
  return Object.fromEntries(Object.entries(names).filter(([feature]) => isWanted(feature)));
}
