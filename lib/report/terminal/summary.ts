import type { ReportData } from '../data/index.js';
import {
  certificateFacts,
  clean,
  closenessOf,
  costName,
  count,
  importanceWords,
  onlyStage,
  rangeWords,
  VERDICTS,
} from '../words/index.js';
import { cells, type TextColumn, textTable, wrap } from './columns.js';
import { frontierLines, hasFrontier } from './frontier.js';
import {
  changesLines,
  exitLines,
  expected,
  factLines,
  featureLines,
  hasLearners,
  indent,
  learnersTable,
  measuredLines,
  planLines,
  words,
} from './sections.js';

/** How a summary is laid out. */
export interface TerminalOptions {
  /** ANSI colours; off by default, since only the caller knows where the text goes. */
  readonly colour?: boolean;
  /** Columns of the terminal, 100 by default, at least 60. */
  readonly width?: number;
}

/**
 * A tuning as aligned plain text: features, plan, certificate and, if there is one, the
 * measurement.
 *
 * ```ts
 * console.log(terminalSummary(data, { colour: process.stdout.isTTY, width: process.stdout.columns }));
 * ```
 */
export function terminalSummary(data: ReportData, options: TerminalOptions = {}): string {
  const width = Math.max(60, options.width ?? 100);
  const inner = width - indent.length;
  const paint = (style: string) => (text: string) =>
    options.colour && text !== '' ? `\u001b[${style}m${text}\u001b[0m` : text;
  const [strong, dim, verdictStyle] = [
    paint('1'),
    paint('2'),
    paint(data.verdict === 'certified' ? '32' : '33'),
  ];

  const prose = (text: string) => wrap(words(text), inner).map((line) => indent + line);
  const item = (text: string) =>
    wrap(words(text), inner - 2).map((line, i) => `${indent}${i === 0 ? '- ' : '  '}${line}`);
  const grid = (columns: readonly TextColumn[], rows: Parameters<typeof textTable>[1]) => {
    const { head, rule, body } = textTable(columns, rows, inner);
    return [dim(indent + head), dim(indent + rule), ...body.map((line) => indent + line)];
  };
  const section = (name: string, aside: string, lines: readonly string[]) =>
    ['', strong(name) + (aside === '' ? '' : dim(`  ${aside}`)), ...lines].join('\n');

  const list = (name: string, items: readonly string[] = []) =>
    items.length === 0 ? [] : [section(name, '', items.flatMap(item))];

  const importance = importanceWords(data);
  const { speedupRange: range } = data.expected;
  const title = clean(data.title);
  const verdict = VERDICTS[data.verdict].badge;
  const blank = width - cells(title) - cells(verdict);
  return [
    ...(data.warnings ?? []).flatMap((text) => wrap(words(`Warning: ${text}`), width).map(paint('33'))),
    `${strong(title)}${blank > 0 ? ' '.repeat(blank) : '\n'}${verdictStyle(verdict)}`,
    section('Features', '', [
      ...featureLines(data, grid),
      ...(importance === undefined
        ? []
        : ['', ...prose(`${importance[0].toUpperCase()}${importance.slice(1)}.`)]),
    ]),
    section('Plan', expected(data), [
      ...planLines(data, grid),
      ...(range === undefined
        ? []
        : ['', ...prose(`${data.unit === 'price' ? 'Price' : 'Speedup'} ${rangeWords(range, data.unit)}.`)]),
      ...(data.counted === undefined ? [] : ['', ...prose(data.counted)]),
      ...(data.decision === undefined ? [] : ['', ...prose(data.decision)]),
    ]),
    ...(hasLearners(data)
      ? [
          section('Learners', 'tried on the plan’s subsets', [
            ...learnersTable(data, grid),
            '',
            ...prose(`${closenessOf(data).head}: ${closenessOf(data).meaning}.`),
            ...prose(`${onlyStage.head}: ${onlyStage.meaning}.`),
          ]),
        ]
      : []),
    ...(data.exits?.length
      ? [
          section(
            'Exit scores',
            'tried for each stage; costs are estimated on the tuning rows',
            exitLines(data, grid),
          ),
        ]
      : []),
    section('Certificate', '', [
      ...prose(data.promise),
      '',
      ...factLines(certificateFacts(data.certificate, data.unit), inner).map((line) => indent + line),
    ]),
    ...(data.certificate.changes === undefined
      ? []
      : [
          section(
            'Changed answers',
            'on the certification rows, the worst first',
            changesLines(data.certificate.changes, grid, prose),
          ),
        ]),
    ...(hasFrontier(data)
      ? [
          section(
            'Frontier',
            `${costName(data.unit)} by the loss allowed (${clean(data.certificate.loss)}), on a logarithmic axis`,
            frontierLines(data, grid, inner),
          ),
        ]
      : []),
    ...(data.measured === undefined
      ? []
      : [
          section(
            'Measured',
            `on ${count(data.measured.rows)} rows`,
            measuredLines(data.measured, grid, prose),
          ),
        ]),
    ...list('Not promised', data.notPromised),
    ...list('What to do next', data.next),
    ...(data.notes.length === 0 ? [] : [section('Notes', '', data.notes.flatMap(prose))]),
    '',
  ].join('\n');
}
