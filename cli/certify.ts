import type { Command } from 'commander';
import { RETRAINED } from '#hints';
import { Cascade, type FreshRows, type LoadOptions } from '../index.js';
import { addCommand, type Common, type Io } from './command.js';
import { checkPlace } from './files.js';
import { positiveFrom, shareFrom } from './numbers.js';
import { exportsOf, pickExports } from './script.js';
import { type ReferenceOption, referenceOption, tuneResult } from './tune.js';

interface CertifyFlags extends Common {
  readonly out?: string;
  readonly epsilon?: number;
  readonly atMost?: number;
  readonly delta?: number;
  readonly reference: ReferenceOption;
}

export function addCertify(program: Command, io: Io): void {
  addCommand(
    program,
    io,
    'certify <file> <script>',
    'certify a cascade again, on rows that it has never seen',
    'Tests the plans of FILE on the rows and labels that SCRIPT exports beside its features, serves the cheapest that passes, and writes that. Nothing is fitted. Rows that made or tested the cascade before are refused.',
    async ({ out, epsilon, atMost, delta, reference }: CertifyFlags, file: string, script: string) => {
      checkPlace('--out', out);
      const exports = await exportsOf(script);
      const options = pickExports(exports, ['features', 'full', 'learners']) as unknown as LoadOptions<
        unknown,
        string,
        string
      >;
      const fresh = {
        ...pickExports(exports, ['rows', 'labels', 'groups', 'losses', 'repeats']),
        ...(epsilon !== undefined && { epsilon }),
        ...(atMost !== undefined && { atMost }),
      } as unknown as FreshRows<unknown, string>;
      const cascade = await Cascade.load(file, options);
      const renewed = await cascade.certify(cascade.path, {
        ...fresh,
        ...(delta !== undefined && { delta }),
        signal: io.signal,
      });
      const to = out ?? file.replace(/(\.cascade)?$/, '.certified.cascade');
      await renewed.save(to, { evidence: true, reference });
      const result = tuneResult(io, renewed, { cascade: to });
      const isOther = cascade.certificate.verdict === 'void' && renewed.certificate.verdict !== 'certified';
      return isOther ? { ...result, text: `${result.text}\n\n${again(file)}` } : result;
    },
  )
    .option(
      '-o, --out <file>',
      'file of the certified cascade; by default FILE with the ending .certified.cascade',
    )
    .option('-e, --epsilon <share>', 'the loss allowed, such as 0.01; by default as before', shareFrom)
    .option(
      '-m, --at-most <difference>',
      'for absoluteError: the mean difference allowed, in the units of the answers, instead of --epsilon',
      positiveFrom,
    )
    .option(
      '-d, --delta <share>',
      'the chance that the promise is wrong, such as 0.05; by default as before',
      shareFrom,
    )
    .addOption(referenceOption())
    .addHelpText(
      'after',
      `
When: the data or the full model have changed${RETRAINED}, an audit raised an alarm, or a plan was
moved by hand.
How many rows: 299 without a mistake certify 1 % at 95 % confidence; -d and -e set other levels.

Exit codes: 0 certified; 3 no plan passed, and the full model answers alone; 1 rows were used before, or the file doesn't fit.`,
    );
}

/** What is left where stages of before don't go with what has changed. */
function again(file: string): string {
  return (
    'What the file was made with has changed, and none of its plans passed: its stages may not go with what there is ' +
    `now. Tune anew: spillway tune SCRIPT --profile ${file}${RETRAINED}`
  );
}
