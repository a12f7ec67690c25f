import { log } from '../../lib/util/math/index.js';
import { unsupportedModel } from '../fields.js';
import { eachLogistic, exponential, type Link, softmaxLink, twoClasses } from '../links.js';

/** The transformation of a model's sums into answers. */
export interface XgboostObjective {
  readonly classifies: boolean;
  readonly links: readonly Link[];
  /** The sum that a global bias stands for. */
  margin(base: number): number;
}

const same = (base: number) => base;
const logOdds = (base: number) => -log(1 / base - 1);

const numbers: XgboostObjective = { classifies: false, links: [], margin: same };
const logarithms: XgboostObjective = { classifies: false, links: [exponential], margin: log };
const classes: XgboostObjective = { classifies: true, links: [softmaxLink], margin: same };

const objectives = new Map<string, XgboostObjective>([
  ['binary:logistic', { classifies: true, links: [twoClasses()], margin: logOdds }],
  // XGBoost itself leaves its sums as they are, log-odds.
  ['binary:logitraw', { classifies: true, links: [twoClasses()], margin: same }],
  ['multi:softprob', classes],
  // XGBoost itself gives the likeliest class only.
  ['multi:softmax', classes],
  ['reg:logistic', { classifies: false, links: [eachLogistic()], margin: logOdds }],
  ['count:poisson', logarithms],
  ['reg:gamma', logarithms],
  ['reg:tweedie', logarithms],
  ['survival:cox', logarithms],
  ['survival:aft', logarithms],
  ...[
    ['reg:squarederror', 'reg:linear', 'reg:squaredlogerror', 'reg:pseudohubererror'],
    ['reg:absoluteerror', 'reg:quantileerror', 'rank:pairwise', 'rank:ndcg', 'rank:map'],
  ].flatMap((names) => names.map((name): [string, XgboostObjective] => [name, numbers])),
]);

/** @throws ArtifactError `unsupported` */
export function xgboostObjective(name: string): XgboostObjective {
  const objective = objectives.get(name);
  if (objective !== undefined) return objective;
  throw unsupportedModel(
    'xgboost',
    `has the objective '${name}'; known are ${[...objectives.keys()].join(', ')}`,
  );
}
