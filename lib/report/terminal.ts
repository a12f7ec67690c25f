import { type Column, cells, table, wrap } from './columns.js';
import type { ReportData, ReportSubset } from './data.js';
import { clean, cost, count, percent, points } from './format.js';
import { measuredWords } from './measured.js';
import { certificateFacts, costName, costShares, gain, thresholdWords, verdictWords } from './words.js';

/** How a summary is laid out. */
export interface TerminalOptions {
  /** ANSI colours; off by default, since only the caller knows where the text goes. */
  readonly colour?: boolean;
  /** Columns of the terminal, 100 by default, at least 60. */
  readonly width?: number;
}

const left = (head: string): Column => ({ head, align: 'left' });
const right = (head: string): Column => ({ head, align: 'right' });
const margin = '  ';

/**
 * A tuning as aligned plain text: features, plan, certificate and, where there is one, the measurement.
 *
 * ```ts
 * console.log(terminalSummary(data, { colour: process.stdout.isTTY, width: process.stdout.columns }));
 * ```
 */
export function terminalSummary(data: ReportData, options: TerminalOptions = {}): string {
  const width = Math.max(60, options.width ?? 100);
  const inner = width - margin.length;
  const paint = (style: string) => (text: string) =>
    options.colour && text !== '' ? `\u001b[${style}m${text}\u001b[0m` : text;
  const [strong, dim, verdictStyle] = [
    paint('1'),
    paint('2'),
    paint(data.verdict === 'certified' ? '32' : '33'),
  ];

  const prose = (text: string) => wrap(clean(text).split(/\s+/), inner).map((line) => margin + line);
  const grid = (columns: readonly Column[], rows: Parameters<typeof table>[1]) => {
    const { head, rule, body } = table(columns, rows, inner);
    return [dim(margin + head), dim(margin + rule), ...body.map((line) => margin + line)];
  };
  const section = (name: string, aside: string, lines: readonly string[]) =>
    ['', strong(name) + (aside === '' ? '' : dim(`  ${aside}`)), ...lines].join('\n');

  const title = clean(data.title);
  const verdict = verdictWords(data.verdict);
  const blank = width - cells(title) - cells(verdict);
  return [
    `${strong(title)}${blank > 0 ? ' '.repeat(blank) : '\n'}${verdictStyle(verdict)}`,
    section('Features', '', features(data, grid)),
    section('Plan', expected(data), plan(data, grid)),
    ...(learners(data).length > 0
      ? [section('Learners', 'that were tried on the plan’s subsets', learnersTable(data, grid))]
      : []),
    ...(data.exits?.length
      ? [
          section(
            'Exit scores',
            'that were tried; at the loss that may be expected to pass',
            exits(data, grid),
          ),
        ]
      : []),
    section('Certificate', '', [
      ...prose(data.promise),
      '',
      ...facts(certificateFacts(data.certificate, data.unit), inner).map((line) => margin + line),
    ]),
    ...(data.measured === undefined
      ? []
      : [section('Measured', `on ${count(data.measured.rows)} rows`, measured(data.measured, grid, prose))]),
    ...(data.notes.length === 0 ? [] : [section('Notes', '', data.notes.flatMap(prose))]),
    '',
  ].join('\n');
}

type Grid = (columns: readonly Column[], rows: Parameters<typeof table>[1]) => readonly string[];

function features(data: ReportData, grid: Grid): readonly string[] {
  const known = data.features.some(({ importance }) => importance !== undefined);
  return grid(
    [
      left('feature'),
      right(`${costName(data.unit)} a row`),
      right('spread (IQR)'),
      ...(known
        ? [right(data.isRegression ? 'importance, points of R²' : 'importance, points'), right('spread (sd)')]
        : []),
    ],
    data.features.map(({ name, cost: each, costSpread, importance }) => [
      clean(name),
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

function expected({ expected: { cost: each, fullCost, speedup }, unit, stages }: ReportData): string {
  if (stages.length === 1) return `${cost(fullCost, unit)} a row, the full model alone`;
  const what = unit === 'price' ? 'price ' : '';
  return `${what}${cost(each, unit)} a row expected, ${cost(fullCost, unit)} for the full model: ${gain(speedup, unit)}`;
}

function plan(data: ReportData, grid: Grid): readonly string[] {
  if (data.stages.length === 0) return [`${margin}No stages: the full model answers every row.`];
  const shares = costShares(data.stages);
  return grid(
    [
      left('stage'),
      left('features'),
      left('exits when'),
      right('reach'),
      right('exit'),
      right(`${costName(data.unit)} a row`),
      right(`of ${costName(data.unit)}`),
    ],
    data.stages.map((stage, i) => [
      clean(stage.name).split(' '),
      [...stage.features.map(clean), ...(stage.rounds ? [`(${stage.rounds})`] : [])],
      stage.thresholds.length === 0 ? 'always' : thresholdWords(stage.thresholds),
      percent(stage.reach),
      percent(stage.exits),
      cost(stage.cost, data.unit),
      percent(shares[i]),
    ]),
  );
}

/** The plan's subsets with every learner that was tried, where there were several. */
function learners({ subsets }: ReportData): readonly ReportSubset[] {
  if (new Set(subsets.map(({ learner }) => learner)).size < 2) return [];
  const nameOf = ({ features: names }: ReportSubset) => names.join(' ');
  const used = new Set(subsets.filter(({ chosen }) => chosen).map(nameOf));
  return subsets.filter((subset) => used.has(nameOf(subset)));
}

function learnersTable(data: ReportData, grid: Grid): readonly string[] {
  return grid(
    [
      left('subset'),
      left('model'),
      right(data.isRegression ? '1 − mean loss' : 'agrees'),
      right('cascade of it alone'),
      left(''),
    ],
    learners(data).map(({ features: names, learner, agreement, alone, chosen }) => [
      names.map(clean),
      clean(learner),
      percent(agreement, 2),
      alone === undefined ? '–' : cost(alone, data.unit),
      chosen ? 'chosen' : '',
    ]),
  );
}

function exits({ exits: all = [], unit }: ReportData, grid: Grid): readonly string[] {
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

function measured(
  found: NonNullable<ReportData['measured']>,
  grid: Grid,
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

function facts(pairs: readonly (readonly [string, string])[], width: number): string[] {
  const longest = Math.max(...pairs.map(([term]) => cells(term)));
  return pairs.flatMap(([term, value]) =>
    wrap(value.split(' '), width - longest - 3).map(
      (line, i) => `${(i === 0 ? term : '').padEnd(longest)}   ${line}`,
    ),
  );
}
