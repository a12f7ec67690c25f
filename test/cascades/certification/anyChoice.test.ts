import test from 'ava';
import { anyChoice, noAnyChoice } from '../../../cascades/certification/index.js';
import type { StatedLoss } from '../../../cascades/types/index.js';
import { certificateOf } from '../../support/plans.js';

/** What holds of all answers together, however modes are chosen. */

const band = (...epsilons: number[]) => epsilons.map((epsilon) => certificateOf({ epsilon, upper: epsilon }));

const named = (loss: StatedLoss, ...epsilons: number[]) =>
  epsilons.map((epsilon) =>
    certificateOf({ loss, epsilon, also: epsilons.filter((each) => each !== epsilon) }),
  );

test('modes of a band lose at most the largest epsilon, whatever the loss', (t) => {
  for (const loss of ['disagreement', 'harm', 'accuracy'] as const) {
    const modes = band(0.01, 0.02, 0.05).map((each) => ({ ...each, loss }));
    t.is(anyChoice(modes), modes[2]);
  }
});

test('modes named beforehand lose at most the sum, where no row can gain', (t) => {
  for (const loss of ['disagreement', 'harm', { recall: 'yes' }] as const) {
    const promise = anyChoice(named(loss, 0.02, 0.05));
    t.like(promise, { epsilon: 0.07, upper: null, delta: 0.05, loss });
    t.regex(promise?.method ?? '', /sum of 2 limits/);
  }
});

test('other losses of modes named beforehand have no promise, and the reason says what to do', (t) => {
  const losses: readonly [StatedLoss, RegExp][] = [
    ['accuracy', /accuracy is promised of each mode alone.*gains of one mode.*withModes/],
    [{ precision: 'yes' }, /precision.*bound disagreement, harm or recall/],
    [{ absoluteError: 2 }, /absoluteError.*bound disagreement, harm or recall/],
    [{ name: 'cost' }, /cost.*bound disagreement, harm or recall/],
  ];
  for (const [loss, reason] of losses) {
    const modes = named(loss, 0.02, 0.05);
    t.is(anyChoice(modes), null);
    t.regex(noAnyChoice(modes), reason);
  }
  const large = named('harm', 0.4, 0.7);
  t.is(anyChoice(large), null);
  t.regex(noAnyChoice(large), /add up to 1 or more/);
});

test('the full model loses nothing, whoever chooses it', (t) => {
  const [own, mode] = named('disagreement', 0.02, 0.05);
  const modes = [{ ...own, verdict: 'full-model-only' as const }, mode];
  t.is(anyChoice(modes)?.epsilon, 0.05);
  // Rows by which a mode loses may be chosen for it, and those by which it gains for the full model.
  t.is(anyChoice(modes.map((each) => ({ ...each, loss: 'accuracy' as const }))), null);
});

test('a cascade without modes, or without a promise, keeps its own certificate', (t) => {
  const [alone] = named('accuracy', 0.02);
  t.is(anyChoice([alone]), alone);
  const [own, mode] = band(0.02, 0.05).map((each) => ({ ...each, verdict: 'void' as const }));
  t.is(anyChoice([own, mode]), own);
});
