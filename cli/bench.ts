import type { Command } from 'commander';
import type { ReportMeasured } from '../entries/types.js';
import { Cascade, type LoadOptions, measure, OptionError } from '../index.js';
import { measuredWords } from '../lib/report/index.js';
import { addCommand, type Common, type Io } from './command.js';
import { wholeFrom } from './numbers.js';
import { exportsOf, pickExports } from './script.js';

export function addBench(program: Command, io: Io): void {
  addCommand(
    program,
    io,
    'bench <file> <script>',
    'time a cascade against its own full model',
    'Answers the rows that SCRIPT exports beside its features with the cascade in FILE and with its full pipeline, in turn, from raw rows to labels, and prints the medians: time beside the time that was expected, and where features or the full model have prices, prices beside prices. Labels, where SCRIPT exports them, give accuracy, or for regression the mean absolute error (MAE).',
    async ({ rounds }: Common & { rounds: number }, file: string, script: string) => {
      const exports = await exportsOf(script);
      const options = pickExports(exports, ['features', 'full', 'learners']) as unknown as LoadOptions<
        unknown,
        string,
        string
      >;
      const { rows, labels } = exports;
      if (!Array.isArray(rows) || (labels !== undefined && !Array.isArray(labels))) {
        throw new OptionError(
          'SCRIPT',
          `${script} exports no array 'rows' to answer, or 'labels' to compare with that are no array`,
        );
      }
      const measured = await measure(await Cascade.load(file, options), rows, labels, { rounds });
      return { json: measured, text: textOf(measured, rounds) };
    },
  )
    .option('-n, --rounds <count>', 'how often each answers all rows', wholeFrom(1), 5)
    .addHelpText(
      'after',
      '\nUse rows that tuning has not seen, or accuracy, errors and differences say little.',
    );
}

function textOf(measured: ReportMeasured, rounds: number): string {
  const { heads, rows, sentences } = measuredWords(measured);
  const widths = heads.map((head, c) => Math.max(head.length, ...rows.map((row) => row[c].length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c])))
      .join('   ')
      .trimEnd();
  return [
    line(heads),
    ...rows.map(line),
    '',
    ...sentences,
    `${rounds === 1 ? 'one round' : `medians of ${rounds} rounds`} on ${measured.rows} rows`,
  ].join('\n');
}
