import { columns } from '../harness/checks.js';
import type { ChosenFigures } from './chosen.js';
import type { RunFigures } from './runs.js';
import type { TrialFigures } from './trials.js';
import type { TunedFigures } from './tuned.js';

/** Figures as tables of text. */

export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

export function runTable(runs: readonly RunFigures[]): string {
  if (runs.length === 0) return '';
  const head = ['whole runs', 'epsilon', 'method', 'calls after training', 'of these to test', 'broken'];
  return columns([
    head,
    ...runs.flatMap(({ corpus, epsilon, oracle, methods }) => [
      [corpus, percent(epsilon), 'oracle', oracle.toFixed(3)],
      ...Object.entries(methods).map(([method, { calls, drawn, broken, draws }]) => [
        corpus,
        percent(epsilon),
        method,
        calls.toFixed(3),
        drawn.toFixed(3),
        `${broken} of ${draws}`,
      ]),
    ]),
  ]);
}

export function trialTable(trials: readonly TrialFigures[]): string {
  if (trials.length === 0) return '';
  return columns([
    ['shuffles', 'epsilon', 'method', 'calls after training', 'broken'],
    ...trials.flatMap(({ corpus, epsilon, methods }) =>
      Object.entries(methods).map(([method, { calls, broken, draws }]) => [
        corpus,
        percent(epsilon),
        method,
        calls.toFixed(3),
        `${broken} of ${draws}`,
      ]),
    ),
  ]);
}

export function chosenTable(figures: readonly ChosenFigures[]): string {
  if (figures.length === 0) return '';
  return columns([
    ['rows to train on', 'epsilon', 'at random', 'half chosen'],
    ...figures.map(({ corpus, epsilon, atRandom, chosen }) => [
      corpus,
      percent(epsilon),
      atRandom.toFixed(3),
      chosen.toFixed(3),
    ]),
  ]);
}

export function tunedTable(figures: readonly TunedFigures[]): string {
  if (figures.length === 0) return '';
  return columns([
    ['tune', 'epsilon', 'plain student', 'tuned', 'mapRows', 'seconds'],
    ...figures.map(({ corpus, epsilon, plain, tuned, mapped, seconds }) => [
      corpus,
      percent(epsilon),
      plain.toFixed(3),
      tuned.toFixed(3),
      mapped.toFixed(3),
      seconds.toFixed(0),
    ]),
  ]);
}
