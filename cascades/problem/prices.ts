import type { Profile } from '../../lib/costs/index.js';
import { OptionError } from '../../lib/errors.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import { type FullOption, featuresRead } from './options.js';

/** The source of prices: a profile if given, else the features and the full model themselves. */
interface Priced<Row> {
  readonly features: FeatureSet<Row>;
  readonly full: FullOption<unknown>;
  readonly profile?: Profile | undefined;
}

/**
 * @throws OptionError, naming the option that needs prices, if no part of the full pipeline has one
 */
export function checkPrices<Row>(option: string, { features, full, profile }: Priced<Row>): void {
  const reads = 'fit' in full ? features.names : featuresRead(full, features.names);
  if (profile !== undefined) {
    checkProfilePrices(option, profile, reads);
    return;
  }
  const prices = ['price' in full ? full.price : 0, ...reads.map((name) => features.get(name).price)];
  if (!prices.some((price = 0) => price > 0)) throw unpriced(option, 'of the features and the full model');
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
