import type { Objective, Profile } from '../../lib/costs/index.js';
import { OptionError } from '../../lib/errors.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import { type FullOption, featuresRead } from './options.js';

/** The source of prices: a profile if given, else the features and the full model themselves. */
interface Priced<Row> {
  readonly features: FeatureSet<Row>;
  readonly full: FullOption<unknown>;
  readonly profile?: Profile | undefined;
}

/** What plans are compared by, and the reason in a sentence; none where nothing was declared or asked for. */
export interface ChosenObjective {
  readonly objective: Objective;
  readonly why: readonly string[];
}

/**
 * The objective that is given, else the one that follows from what is declared: what bills a request is compared by its
 * price, though it waits too; what waits is compared by latency; else only processor time counts.
 */
export function objectiveOf<Row>({
  objective,
  ...options
}: Priced<Row> & { readonly objective?: Objective | undefined }): ChosenObjective {
  if (objective !== undefined)
    return { objective, why: [`Plans are compared by ${objective}, as 'objective' says.`] };
  const { features, full } = options;
  const names = readsOf(options);
  const waiting = [
    ...names.filter((name) => features.get(name).waits).map((name) => `'${name}'`),
    ...('waits' in full && full.waits ? ['the full model'] : []),
  ];
  const priced = pricedOf(options);
  const chosen = (by: Objective, reason: string): ChosenObjective => ({
    objective: by,
    why: [`Plans are compared by ${by}, since ${reason}. The option 'objective' says otherwise.`],
  });
  // How long a model that is paid takes is its provider's affair, and nothing where its journal answers.
  if ('money' in full && full.money !== undefined && (full.price ?? 0) > 0)
    return chosen('price', 'the full model bills each request');
  const is = (parts: readonly string[], one: string, several: string) =>
    `${parts.join(' and ')} ${parts.length === 1 ? one : several}`;
  if (waiting.length > 0) {
    const paid = priced.length > 0 ? `, though ${is(priced, 'has a price', 'have prices')}` : '';
    return chosen('latency', `${is(waiting, 'waits', 'wait')} for an answer${paid}`);
  }
  if (priced.length > 0) return chosen('price', is(priced, 'has a price', 'have prices'));
  return { objective: 'throughput', why: [] };
}

/** The parts of the full pipeline that have a price. */
function pricedOf<Row>({ features, full, profile }: Priced<Row>): string[] {
  const price = (name: string) =>
    profile === undefined ? features.get(name).price : profile.features[name].cost.price;
  const ofModel = profile === undefined ? 'price' in full && full.price : profile.full?.price;
  return [
    ...readsOf({ features, full })
      .filter((name) => (price(name) ?? 0) > 0)
      .map((name) => `'${name}'`),
    ...((ofModel || 0) > 0 ? ['the full model'] : []),
  ];
}

function readsOf<Row>({ features, full }: Priced<Row>): readonly string[] {
  return 'fit' in full ? features.names : featuresRead(full, features.names);
}

/**
 * @throws OptionError, naming the option that needs prices, if no part of the full pipeline has one
 */
export function checkPrices<Row>(option: string, options: Priced<Row>): void {
  const { profile } = options;
  if (profile !== undefined) checkProfilePrices(option, profile, readsOf(options));
  else if (pricedOf(options).length === 0) throw unpriced(option, 'of the features and the full model');
}

/** The same of a profile alone. */
export function checkProfilePrices(option: string, profile: Profile, reads: readonly string[]): void {
  const costs = [profile.full, ...reads.map((name) => profile.features[name].cost)];
  if (!costs.some((cost) => (cost?.price ?? 0) > 0)) throw unpriced(option, 'in the profile');
}

function unpriced(option: string, where: string): OptionError {
  return new OptionError(
    option,
    `'price' compares plans by the money that a row costs, and nothing ${where} has a price. Declare one, as in ` +
      "dense(columns, compute, { price: 0.01 }) or in a trained full model, or choose 'throughput'",
  );
}
