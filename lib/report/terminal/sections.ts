import { type ReportChanges, type ReportData, type ReportSubset, STAGE_COLUMNS } from '../data/index.js';
import {
  changesTable,
  clean,
  closenessOf,
  cost,
  costName,
  costShares,
  gain,
  isNumber,
  measuredWords,
  onlyStage,
  percent,
  points,
  stageWords,
} from '../words/index.js';
import { cells, type TextColumn, type textTable, wrap } from './columns.js';

const left = (head: string): TextColumn => ({ head, align: 'left' });
const right = (head: string): TextColumn => ({ head, align: 'right' });

/** The indent of a section's lines. */
export const indent = '  ';

/** Lays a table out in lines. */
export type TableLayout = (
  columns: readonly TextColumn[],
  rows: Parameters<typeof textTable>[1],
) => readonly string[];

/** Features with their costs and importances. */
export function featureLines(data: ReportData, grid: TableLayout): readonly string[] {
  const known = data.features.some(({ importance }) => importance !== undefined);
  return grid(
    [
      left('feature'),
      right(`${costName(data.unit)} a row`),
      right('cost spread (IQR)'),
      ...(known
        ? [
            right(data.isRegression ? 'importance, points of R²' : 'importance, points'),
            right('std. deviation'),
          ]
        : []),
    ],
    data.features.map(({ name, fidelity, cost: each, costSpread, importance }) => [
      fidelity?.words === undefined ? clean(name) : [clean(name), `(${clean(fidelity.words)})`],
      cost(each, data.unit),
      percent(costSpread),
      ...(known
        ? importance
          ? [points(importance.mean), `± ${points(importance.spread)}`]
          : ['–', '–']
        : []),
    ]),
  );
}

/** The cost of a row, beside the heading of the plan. */
export function expected({ expected: { cost: each, fullCost, speedup }, unit, stages }: ReportData): string {
  if (stages.length === 1) return `${cost(fullCost, unit)} a row, the full model alone`;
  const what = unit === 'price' ? 'price ' : '';
  return (
    `${what}${cost(each, unit)} a row expected, ${cost(fullCost, unit)} for the full model: ` +
    `${gain(speedup, unit)}`
  );
}

/** The stages, one a line. */
export function planLines(data: ReportData, grid: TableLayout): readonly string[] {
  if (data.stages.length === 0) return [`${indent}No stages: the full model answers every row.`];
  const shares = costShares(data.stages);
  const columns = STAGE_COLUMNS.filter(({ isWide }) => !isWide);
  const last = data.stages.length - 1;
  const rows = data.stages.map((stage, i) => {
    // The table has no room for a column of models: the full one is named beside its stage.
    const named = i === last ? { ...stage, name: `${stage.name}: ${stage.learner}` } : stage;
    return columns.map(({ cell }) => cell(named, shares[i]));
  });
  return grid(
    columns.map(({ head }, c) => (isNumber(rows[0][c]) ? right : left)(head(costName(data.unit)))),
    rows.map((row) => row.map((cell) => stageWords(cell, data.unit))),
  );
}

/** Whether several learners were tried on the plan's subsets. */
export function hasLearners(data: ReportData): boolean {
  return learners(data).length > 0;
}

/** The plan's subsets with every learner that was tried, where there were several. */
function learners({ subsets }: ReportData): readonly ReportSubset[] {
  if (new Set(subsets.map(({ learner }) => learner)).size < 2) return [];
  const nameOf = ({ features: names }: ReportSubset) => names.join(' ');
  const used = new Set(subsets.filter(({ chosen }) => chosen).map(nameOf));
  return subsets.filter((subset) => used.has(nameOf(subset)));
}

/** The learners that were tried on the plan's subsets. */
export function learnersTable(data: ReportData, grid: TableLayout): readonly string[] {
  const closeness = closenessOf(data);
  return grid(
    [
      left('subset'),
      left('model'),
      right(lower(closeness.head)),
      right(`${costName(data.unit)} ${lower(onlyStage.head)}`),
      left(''),
    ],
    learners(data).map((subset) => [
      subset.features.map(clean),
      clean(subset.learner),
      closeness.show(subset),
      subset.alone === undefined ? '–' : cost(subset.alone, data.unit),
      subset.chosen ? 'chosen' : '',
    ]),
  );
}

/** The exit scores that were tried. */
export function exitLines({ exits: all = [], unit }: ReportData, grid: TableLayout): readonly string[] {
  return grid(
    [left('stage'), left('exit score'), right(`${costName(unit)} a row`), left('')],
    all.map(({ stage, score, cost: each, chosen }) => [
      clean(stage),
      clean(score),
      cost(each, unit),
      chosen ? 'chosen' : '',
    ]),
  );
}

/** Which answers change: the full model's, and the cascade's instead. */
export function changesLines(
  changes: ReportChanges,
  grid: TableLayout,
  prose: (text: string) => readonly string[],
): readonly string[] {
  const { heads, rows, aside } = changesTable(changes);
  return [
    ...grid(
      heads.map((head, c) => (c === 0 || c === heads.length - 1 ? left : right)(lower(head))),
      rows,
    ),
    '',
    ...prose(aside),
  ];
}

/** The cascade beside its full model, as measured. */
export function measuredLines(
  found: NonNullable<ReportData['measured']>,
  grid: TableLayout,
  prose: (text: string) => readonly string[],
): readonly string[] {
  const { heads, rows, sentences } = measuredWords(found);
  return [
    ...grid(
      heads.map((head, c) => (c === 0 ? left(head) : right(lower(head)))),
      rows.map(([name, ...values]) => [lower(name), ...values]),
    ),
    '',
    ...sentences.flatMap(prose),
  ];
}

/** `Rows a second` -> `rows a second`; abbreviations stay. */
function lower(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text[0].toLowerCase() + text.slice(1) : text;
}

/** The words of a text. A number stays with its percent sign or unit of time. */
export function words(text: string): string[] {
  return clean(text).split(/\s+(?!%)(?<!\d\s+(?=(?:ns|µs|ms|s)\b))/u);
}

/** Pairs of a term and its value, values in a column of their own. */
export function factLines(pairs: readonly (readonly [string, string])[], width: number): string[] {
  const longest = Math.max(...pairs.map(([term]) => cells(term)));
  return pairs.flatMap(([term, value]) =>
    wrap(words(value), width - longest - 3).map(
      (line, i) => `${(i === 0 ? term : '').padEnd(longest)}   ${line}`,
    ),
  );
}
