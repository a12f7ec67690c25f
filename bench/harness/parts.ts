import { Cascade, type Label, type Learner, type Model, type Profile } from 'spillway';
import { Ledger } from '../../cascades/holdout/index.js';
import { RowReader } from '../../lib/data/rows/index.js';
import { classRule } from '../../lib/learn/exits/index.js';

/** All parts of a cascade, from which plans by hand are built. */
export type Parts<Row, L extends Label, Name extends string> = ConstructorParameters<
  typeof Cascade<Row, L, Name>
>[0];

/**
 * The parts inside a cascade, which users don't need: the peers below run its features and models
 * under plans of their own.
 */
export function partsOf<Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
): Parts<Row, L, Name> {
  // biome-ignore lint/complexity/useLiteralKeys: the brackets are what gives access to a private member.
  return cascade['parts'];
}

/** The same cascade as if no claim about a batch had been made: trials count many of them over the same rows. */
export function unclaimed<Row, L extends Label, Name extends string>(
  cascade: Cascade<Row, L, Name>,
): Cascade<Row, L, Name> {
  const { used, ...parts } = partsOf(cascade);
  const anew = { ...parts, used: Ledger.from({ ...used.state(), batches: [] }, used.stale, used.reader) };
  // Of its own class: it may be the package's or the source's.
  return Reflect.construct(cascade.constructor, [anew]);
}

export interface TwoStages<Row, L extends Label, Name extends string>
  extends Pick<Parts<Row, L, Name>, 'features' | 'fitted' | 'classes'> {
  readonly learner: Learner;
  readonly full: Model;
  readonly approximate: {
    readonly model: Model;
    readonly features: readonly Name[];
    readonly threshold: number;
  };
  /** Share of rows expected to leave at the approximate model. */
  readonly exits: number;
  /** Microseconds a row: the approximate model's features, and all features. */
  readonly costs: { readonly approximate: number; readonly full: number };
  readonly profile: Profile<Name>;
}

/**
 * An approximate model with one threshold for both classes in front of a full one, without a
 * promise.
 */
export function twoStages<Row, L extends Label, Name extends string>(
  given: TwoStages<Row, L, Name>,
): Cascade<Row, L, Name> {
  const { features, fitted, classes, learner, full, approximate, exits, costs, profile } = given;
  const rest = costs.full - costs.approximate;
  const cost = costs.approximate + (1 - exits) * rest;
  const threshold = approximate.threshold >= 1 ? null : approximate.threshold;
  const none = {
    rows: 0,
    changed: 0,
    worse: 0,
    better: 0,
    byClass: classes.map(() => ({ worse: 0, better: 0 })),
  };
  return new Cascade({
    features,
    fitted,
    classes,
    reads: features.names,
    full: { model: full, learner: learner.name, fingerprint: undefined },
    stages: [
      {
        model: approximate.model,
        rule: classRule({ kind: 'argmax' }),
        learner: learner.name,
        features: approximate.features,
        prefix: null,
      },
    ],
    plan: {
      classes,
      decision: { kind: 'argmax' },
      stages: [
        {
          features: approximate.features,
          learner: learner.name,
          target: 'labels',
          passed: false,
          prefix: null,
          exit: { calibration: 'identity', score: 'top' },
          thresholds: classes.map(() => threshold),
          reach: 1,
          exits,
          cost: costs.approximate,
        },
      ],
      full: { features: features.names, reach: 1 - exits, cost: rest },
      expected: { cost, fullCost: costs.full, speedup: costs.full / cost },
    },
    certificate: {
      verdict: 'exploratory',
      reason: 'a plan by hand',
      loss: 'accuracy',
      epsilon: 0.001,
      delta: 1,
      jointDelta: 1,
      method: 'none',
      bound: 'exact',
      labelled: true,
      n: 0,
      unit: 'rows',
      lost: 0,
      observed: none,
      upper: null,
      rowsNeeded: null,
    },
    profile,
    objective: 'throughput',
    frontier: [],
    tried: [],
    exits: [],
    stageNotes: [],
    notes: [],
    used: new Ledger(features.names.length, [], new RowReader()),
    restsOn: 0,
    evidence: undefined,
  });
}
