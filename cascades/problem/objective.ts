import type { Objective, Profile } from '../../lib/costs/index.js';
import { OptionError } from '../../lib/errors.js';
import type { FeatureSet } from '../../lib/features/define/index.js';
import { type FullOption, featuresRead } from './full.js';

/** The source of prices: a profile if given, else the features and the full model themselves. */
interface Priced<Row> {
  readonly features: FeatureSet<Row>;
  readonly full: FullOption<unknown>;
  readonly profile?: Profile | undefined;
}

/** What plans are compared by, and the reason: the end of "Plans are compared by latency, ...". */
export interface ChosenObjective {
  readonly objective: Objective;
  readonly why: string;
}

/** In a sentence. */
export function objectiveWords({ objective, why }: ChosenObjective): string {
  return `Plans are compared by ${objective}, ${why}.`;
}

/**
 * The objective that is given, with what is declared otherwise, else the one that follows from what is declared: what
 * bills a request is compared by its price, though it waits too; what waits is compared by latency; else only processor
 * time counts.
 */
export function objectiveOf<Row>({
  objective,
  ...options
}: Priced<Row> & { readonly objective?: Objective | undefined }): ChosenObjective {
  const { objective: declared, reason, prices } = declaredObjective(options);
  if (objective === undefined) {
    return { objective: declared, why: `since ${reason}${prices === undefined ? '' : `, though ${prices}`}` };
  }
  const asked = "as 'objective' says";
  if (declared === objective || declared === 'throughput') return { objective, why: asked };
  const against = objective === 'price' || prices === undefined ? reason : `${reason} and ${prices}`;
  return { objective, why: `${asked}, though ${against}: without it they are compared by ${declared}` };
}

/** @returns `prices` has what is declared beside the reason, and isn't compared by */
function declaredObjective<Row>(options: Priced<Row>): {
  readonly objective: Objective;
  readonly reason: string;
  readonly prices?: string | undefined;
} {
  const { features, full } = options;
  // How long a model that is paid takes is its provider's affair, and nothing where its journal answers.
  if ('money' in full && full.money !== undefined && (full.price ?? 0) > 0)
    return { objective: 'price', reason: 'the full model bills each request' };
  const waiting = [
    ...readsOf(options)
      .filter((name) => features.get(name).waits)
      .map((name) => `'${name}'`),
    ...('waits' in full && full.waits ? ['the full model'] : []),
  ];
  const priced = pricedOf(options);
  const is = (parts: readonly string[], one: string, several: string) =>
    `${parts.join(' and ')} ${parts.length === 1 ? one : several}`;
  const prices = priced.length > 0 ? is(priced, 'has a price', 'have prices') : undefined;
  if (waiting.length > 0) {
    return { objective: 'latency', reason: `${is(waiting, 'waits', 'wait')} for an answer`, prices };
  }
  if (prices !== undefined) return { objective: 'price', reason: prices };
  return { objective: 'throughput', reason: 'nothing is said to wait or to have a price' };
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
