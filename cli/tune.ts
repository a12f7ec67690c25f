import { type Command, Option } from 'commander';
import { TUNE_OPTIONS } from '../cascades/problem/index.js';
import { type Cascade, inspect, type SaveOptions, type TuneOptions, tune } from '../index.js';
import { addCommand, type Common, type Io, type Result } from './command.js';
import { DONE, NOT_CERTIFIED } from './exitCodes.js';
import { checkPlace, writeText } from './files.js';
import { progressOf } from './progress.js';
import { exportsOf } from './script.js';

/** What a file keeps of the reference rows. */
export type ReferenceOption = NonNullable<SaveOptions['reference']>;

interface TuneFlags extends Common {
  readonly out?: string;
  readonly report?: string;
  readonly profile?: string;
  readonly evidence: boolean;
  readonly reference: ReferenceOption;
}

export function addTune(program: Command, io: Io): void {
  addCommand(
    program,
    io,
    'tune <script>',
    'find and certify a cascade for what a module exports',
    'Runs SCRIPT, a module that exports features, rows, labels, full and bound, by name or as its default, and other options of tune() (further exports are ignored); ' +
      'finds a cascade, certifies it, and writes it to a file.',
    async (flags: TuneFlags, script: string) => {
      checkPlace('--out', flags.out);
      checkPlace('--report', flags.report);
      // tune() itself checks the module's exports.
      const options = (await exportsOf(script, TUNE_OPTIONS)) as unknown as TuneOptions<
        unknown,
        string,
        string
      >;
      const profile = flags.profile === undefined ? {} : { profile: (await inspect(flags.profile)).profile };
      const progress = progressOf(io);
      try {
        const cascade = await tune({ ...options, ...profile, onProgress: progress.show, signal: io.signal });
        const out = flags.out ?? script.replace(/(\.[cm]?[jt]s)?$/, '.cascade');
        const { evidence, reference } = flags;
        await cascade.save(out, { evidence, reference });
        if (flags.report !== undefined)
          await writeText('--report', flags.report, await cascade.report({ title: script }));
        return tuneResult(io, cascade, { cascade: out, ...(flags.report && { report: flags.report }) });
      } finally {
        progress.end();
      }
    },
  )
    .option('-o, --out <file>', 'file of the cascade; by default SCRIPT with the ending .cascade')
    .option('-r, --report <file>', 'also write a report, which needs @observablehq/plot and linkedom')
    .option(
      '-p, --profile <file>',
      'measure no costs, but take those of this cascade: of the model before, say',
    )
    .option('--no-evidence', 'a smaller file, that retune, whatIf and the slider of a report can’t use')
    .addOption(referenceOption())
    .addHelpText(
      'after',
      `
A script in full:

  import { define, dense, logisticRegression, tfidf } from 'spillway';
  import { mails } from './mails.js';

  export const features = define({
    length: dense(1, (all) => Float32Array.from(all, (mail) => mail.body.length)),
    words: tfidf((mail) => mail.body),
  });
  export const rows = mails;
  export const labels = mails.map(({ label }) => label);
  export const full = logisticRegression();
  export const bound = { loss: 'accuracy', epsilon: 0.01, delta: 0.05 };

Exit codes: 0 certified; 3 the full model answers alone, and the reason is printed; 2 what the script exports can't be right.`,
    );
}

export function referenceOption(): Option {
  return new Option(
    '--reference <kept>',
    'what the file keeps of 32 rows, on which loading checks features: with rows, which must be plain ' +
      'JSON, it does so by itself',
  )
    .choices(['values', 'rows', 'none'])
    .default('values');
}

/** The result for a tuned or certified cascade, with the path that it was written to. */
export function tuneResult(
  io: Io,
  cascade: Pick<Cascade<unknown, string>, 'certificate' | 'plan' | 'summary'>,
  files: Readonly<Record<string, string>>,
): Result {
  const { certificate, plan } = cascade;
  return {
    json: { files, certificate, plan },
    text: `${cascade.summary({ colour: io.colour })}\n\n${Object.entries(files)
      .map(([what, path]) => `${what}: ${path}`)
      .join('\n')}`,
    code: certificate.verdict === 'certified' ? DONE : NOT_CERTIFIED,
  };
}
