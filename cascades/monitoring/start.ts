import { OptionError } from '../../lib/errors.js';
import { type DriftState, driftRestart, driftStart, type Random } from '../../lib/stats/index.js';
import type { Certificate, Label, Plan } from '../types/index.js';
import { checkState } from './checkState.js';
import { drawsStart } from './draws.js';
import { type ExitsState, exitsStart } from './exitDrift.js';
import type { Settings } from './options.js';
import type { AuditState } from './state.js';

/** The initial state of an audit: the start, a restart at half the level, or a resumed state. */
export function startOf<L extends Label>(
  certificate: Certificate,
  evidence: number,
  plan: Plan<L>,
  settings: Settings<L>,
  random: Random,
): AuditState<L> {
  const { losses, labelled, state, restart, alpha, rate, disagreement, seed } = settings;
  const before = restart?.promises[0].restarts;
  const anew = (test: DriftState) =>
    before === undefined ? test : driftRestart({ ...test, restarts: before });
  const fresh: AuditState<L> = {
    certificate,
    evidence,
    seed,
    rows: 0,
    draws: restart?.draws ?? drawsStart(random, rate),
    audited: 0,
    differed: 0,
    missed: 0,
    overdue: 0,
    faulted: 0,
    // While all promises hold, the chance that any of these ever raises an alarm is at most the sum
    // of their levels.
    promises: losses.map((loss) => anew(driftStart(loss.epsilon, alpha / losses.length, loss.losses))),
    labelled,
    disagreement: disagreement === undefined ? null : anew(driftStart(disagreement, alpha)),
    exits: exitsTest(plan, settings.exits, before === undefined ? 0 : before + 1),
    calls: [],
    pending: [],
    dropped: 0,
    run: 0,
  };
  if (state === undefined) return fresh;
  checkState(state, fresh, { classes: plan.classes, stages: plan.stages.length, losses });
  checkFits(state, fresh);
  // The state stays the caller's.
  return { ...structuredClone(state), certificate, seed };
}

function exitsTest(plan: Plan, exits: Settings<Label>['exits'], restarts: number): ExitsState | null {
  if (exits === false || plan.stages.length === 0) return null;
  const expected = [...plan.stages.map((stage) => stage.exits), plan.full.reach];
  return exitsStart(expected, exits.rows, exits.tolerance, exits.alpha, restarts);
}

/** A test that has seen samples can't be given another level or limit. */
function checkFits(state: AuditState, fresh: AuditState): void {
  const tests = ({ promises, labelled, disagreement, exits }: AuditState) => [
    promises.map((test) => [test.losses, test.epsilon, test.alpha]),
    labelled,
    disagreement && [disagreement.epsilon, disagreement.alpha],
    exits && [exits.limits, exits.alpha],
  ];
  if (JSON.stringify(tests(state)) !== JSON.stringify(tests(fresh))) {
    throw new OptionError(
      'state',
      "was of tests at other levels or limits; pass the same 'alpha', 'labelled', 'disagreement' and 'exits'",
    );
  }
}
