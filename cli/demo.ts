import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { textWorld } from '../datasets/index.js';
import { define, dense, logisticRegression, MissingPackage, measure, tfidf, tune } from '../index.js';
import { addCommand, type Common, type Io } from './command.js';
import { DONE, NOT_CERTIFIED } from './exitCodes.js';
import { wholeFrom } from './numbers.js';
import { progressOf } from './progress.js';

interface DemoFlags extends Common {
  readonly out: string;
  readonly rows: number;
  readonly seed: number;
}

interface Article {
  readonly title: string;
  readonly body: string;
}

const features = define({
  length: dense(1, (all: readonly Article[]) => Float32Array.from(all, ({ title }) => title.length)),
  title: tfidf(({ title }: Article) => title),
  chars: tfidf(({ body }: Article) => body, { analyzer: 'char', ngrams: [2, 4], maxFeatures: 20_000 }),
});

export function addDemo(program: Command, io: Io): void {
  addCommand(
    program,
    io,
    'demo',
    'tune a cascade on made-up texts, in some ten seconds',
    'Makes up articles whose titles mostly tell what they are and whose bodies always do, tunes a cascade ' +
      'on them, times it on articles that no step has seen, and writes the cascade and its report.',
    async ({ out, rows: count, seed }: DemoFlags) => {
      const { rows, labels } = textWorld({ rows: Math.round(1.4 * count), seed, titleNoise: 0.004 });
      const [seen, seenLabels] = [rows.slice(0, count), labels.slice(0, count)];
      const [unseen, truth] = [rows.slice(count), labels.slice(count)];
      const progress = progressOf(io);
      try {
        const cascade = await tune({
          features,
          rows: seen,
          labels: seenLabels,
          full: logisticRegression(),
          bound: { loss: 'disagreement', epsilon: 0.02, delta: 0.05 },
          seed,
          onProgress: progress.show,
          signal: io.signal,
        });
        const measured = await measure(cascade, unseen, truth);
        await mkdir(out, { recursive: true });
        const files = { cascade: join(out, 'demo.cascade'), report: join(out, 'demo.html') };
        await cascade.save(files.cascade, { evidence: true, reference: 'rows' });
        const hardest = {
          rows: unseen,
          labels: truth,
          show: ({ title, body }: Article) => `${title}\n\n${body}`,
        };
        const written = await cascade.report({ title: 'Made-up articles', measured, hardest }).then(
          (page) => writeFile(files.report, page).then(() => true),
          (error) => {
            if (error instanceof MissingPackage) return false;
            throw error;
          },
        );
        const { certificate, plan } = cascade;
        return {
          json: { files: written ? files : { cascade: files.cascade }, certificate, plan, measured },
          text: `${cascade.summary({ colour: io.colour, measured })}\n\ncascade: ${files.cascade}\n${
            written ? `report: ${files.report}` : 'no report: npm install @observablehq/plot linkedom'
          }`,
          code: certificate.verdict === 'certified' ? DONE : NOT_CERTIFIED,
        };
      } finally {
        progress.end();
      }
    },
  )
    .option('-o, --out <folder>', 'where the cascade and the report go', 'out')
    .option('-n, --rows <count>', 'articles to tune on', wholeFrom(100), 6_000)
    .option('-s, --seed <number>', 'another seed, another world', wholeFrom(0), 1)
    .addHelpText(
      'after',
      '\nNext: spillway inspect out/demo.cascade; open out/demo.html; spillway tune --help for data of your own.',
    );
}
