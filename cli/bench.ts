import type { Command } from 'commander';
import { Cascade, type LoadOptions, measure, OptionError } from '../index.js';
import { addCommand, type Common, type Io } from './command.js';
import { wholeFrom } from './numbers.js';
import { exportsOf, pick } from './script.js';

export function addBench(program: Command, io: Io): void {
  addCommand(
    program,
    io,
    'bench <file> <script>',
    'time a cascade against its own full model',
    'Answers the rows that SCRIPT exports beside its features with the cascade in FILE and with its full pipeline, in turn, from raw rows to labels, and prints the medians.',
    async ({ rounds }: Common & { rounds: number }, file: string, script: string) => {
      const exports = await exportsOf(script);
      const options = pick(exports, ['features', 'full', 'learners']) as unknown as LoadOptions<
        unknown,
        string,
        string
      >;
      const { rows, labels } = exports;
      if (!Array.isArray(rows) || !Array.isArray(labels)) {
        throw new OptionError(
          'SCRIPT',
          `${script} exports no arrays 'rows' and 'labels' to answer and compare with`,
        );
      }
      const measured = await measure(await Cascade.load(file, options), rows, labels, { rounds });
      const { full, cascade, speedup, predictedSpeedup } = measured;
      const line = (name: string, { rowsPerSecond, accuracy, disagreement }: typeof full) =>
        `${name.padEnd(12)}${Math.round(rowsPerSecond).toLocaleString('en').padStart(12)}${`${(100 * accuracy).toFixed(2)} %`.padStart(12)}${`${(100 * disagreement).toFixed(2)} %`.padStart(14)}`;
      return {
        json: measured,
        text: [
          `${''.padEnd(12)}rows/second    accuracy  disagreement`,
          line('full model', full),
          line('cascade', cascade),
          '',
          `${speedup.toFixed(2)}x faster, medians of ${rounds} rounds on ${rows.length} rows; ${predictedSpeedup.toFixed(2)}x was expected`,
        ].join('\n'),
      };
    },
  )
    .option('-n, --rounds <count>', 'how often each answers all rows', wholeFrom(1), 5)
    .addHelpText('after', '\nUse rows that tuning has not seen, or accuracy and disagreement say little.');
}
