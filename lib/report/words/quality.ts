import { count } from '../../util/count.js';
import type { ReportHarm, ReportQuality } from '../data/index.js';
import { amount, clean, percent } from './numbers.js';

/** Accuracies or errors of full model, cascade and constant answer. */
export function qualityWords({ kind, full, cascade, constant, constantAnswer, rows }: ReportQuality): string {
  const each = (value: number, whose: string) => `${qualityOf(kind, value)} for ${whose}`;
  const all = [
    each(full, 'the full model'),
    ...(cascade === undefined ? [] : [each(cascade, 'the cascade')]),
    each(constant, `the constant answer ${clean(constantAnswer)}`),
  ];
  return `${all.join(', ')}; by the labels of ${clean(rows)}`;
}

/** One of the figures of {@link ReportQuality}. */
export function qualityOf(kind: ReportQuality['kind'], value: number): string {
  return kind === 'accuracy' ? percent(value, 2) : amount(value);
}

/** Classes that are listed one by one. */
const SHOWN = 6;

/** Answers made worse and better, class by class; the most harmed first. */
export function harmWords(all: readonly ReportHarm[]): string {
  const changed = all
    .filter(({ worse, better }) => worse + better > 0)
    .sort((a, b) => b.worse - a.worse || b.better - a.better);
  if (changed.length === 0) return 'no right answer made wrong, and no wrong one right';
  const shown = changed.slice(0, SHOWN).map(({ label, rows, worse, better }) => {
    const of = rows === undefined ? '' : ` of ${count(rows)}`;
    return `${clean(label)} ${count(worse)} worse, ${count(better)} better${of}`;
  });
  const others = all.length - shown.length;
  const rest = changed.slice(SHOWN);
  const sum = (way: 'worse' | 'better') => rest.reduce((total, each) => total + each[way], 0);
  if (others > 0) {
    const what = rest.length === 0 ? 'none' : `${count(sum('worse'))} worse, ${count(sum('better'))} better`;
    shown.push(`${others} other${others === 1 ? '' : 's'}: ${what}`);
  }
  return shown.join('; ');
}
