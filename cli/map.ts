import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { column, define, OptionError } from '../index.js';
import type { TableRow, TextEncoding } from '../lib/data/tables/index.js';
import { type MapBound, mapRows, promptTemplate, textTerms } from '../llm/index.js';
import { encodingOption } from './batchOptions.js';
import { addCommand, type Common, type Io, type Result } from './command.js';
import { confirmed } from './confirm.js';
import { BUDGET_STOP, DECLINED, DONE, NOT_CERTIFIED } from './exitCodes.js';
import { checkPlace } from './files.js';
import { KEY_FROM, type MapModelFlags, OPENAI, openMapModel } from './mapModel.js';
import { sampleSeedFor } from './mapState.js';
import { checkAnswerNames, checkTexts, isCsv, readMapTable, writeMapTable } from './mapTable.js';
import { forecastLines, isAllAsked, moneyWords, resultLines } from './mapWords.js';
import { positiveFrom, shareFrom, wholeFrom } from './numbers.js';
import { progressOf } from './progress.js';
import { pricesFrom } from './tokenPrices.js';

interface Flags extends Common, MapModelFlags {
  readonly prompt: string;
  readonly labels: readonly string[];
  readonly text?: string;
  readonly loss: NonNullable<MapBound['loss']>;
  readonly epsilon: number;
  readonly delta?: number;
  readonly out?: string;
  readonly save?: string;
  readonly pilot?: number;
  readonly twice?: number;
  readonly training?: number;
  readonly seed?: string;
  readonly prefix: string;
  readonly delimiter?: string;
  readonly encoding?: TextEncoding;
  readonly yes?: boolean;
}

export function addMap(program: Command, io: Io): void {
  addCommand(
    program,
    io,
    'map <data>',
    'classify a table by a language model, asking about a part of its rows',
    'Answers every row of DATA (CSV or JSON lines) with one of LABELS, as the model would: at most EPSILON of the answers ' +
      'differ from its own, except with probability DELTA. It asks about a pilot of 200 rows, forecasts, and goes on where ' +
      'you agree. Equal rows are asked about once, and paid answers are kept in a journal.',
    (flags: Flags, data: string) => mapped(io, flags, data),
  )
    .requiredOption('-p, --prompt <file>', 'a text with {column} places; before a line --- the system’s part')
    .requiredOption(
      '-l, --labels <list>',
      'what the model may answer, as spam,ham; the prompt names each',
      listFrom,
    )
    .requiredOption('-m, --model <name>', 'the provider’s name of the model; a dated one stays the same')
    .option('--replies-as <name>', 'that replies have, where a gateway gives the model another name')
    .option('-u, --base-url <url>', 'of a server that speaks OpenAI’s protocol', OPENAI)
    .option('--key-from <variable>', 'environment variable that holds the key', KEY_FROM)
    .requiredOption('-e, --epsilon <share>', 'of the answers that may differ', shareFrom)
    .addOption(
      new Option('--loss <loss>', 'excessDisagreement: that share beyond what the model changes, asked again')
        .choices(['disagreement', 'excessDisagreement'])
        .default('disagreement'),
    )
    .option('--delta <probability>', 'that more of them do; by default 0.05', shareFrom)
    .option(
      '--prices <list>',
      'a million tokens, as input=0.15,output=0.6,batch=0.5,currency=USD',
      pricesFrom,
    )
    .option(
      '--max-price <money>',
      'the most to spend, in all runs over the journal; needs --prices',
      positiveFrom,
    )
    .option('--batch', 'send rounds by the batch API: cheaper, and slower')
    .option('-t, --text <column>', 'that the cheap stages read; by default all that the prompt reads')
    .option('-o, --out <file>', 'CSV or JSON lines; by default DATA with the ending .answers')
    .option('--save <file>', 'also test a promise for new rows, on the same sample, and save the cascade')
    .option('--journal <file>', 'of paid answers; by default the output with the ending .journal')
    .option('--unparsed <label>', 'of rows whose answer can’t be read; by default they have none')
    .option('--pilot <rows>', 'of the pilot; 200 by default', wholeFrom(40))
    .option(
      '--twice <rows>',
      'of the pilot to ask about twice, to see how often answers change; in excess all of them',
      wholeFrom(0),
    )
    .option(
      '--training <rows>',
      'to train on, the pilot’s included; by default what asks the least',
      wholeFrom(40),
    )
    .option('--seed <text>', 'of the pilot and training rows; the sample has one that nobody can foresee')
    .option('--prefix <text>', 'begins the names of the columns label, stage, verdict and price', '')
    .option('--delimiter <character>', 'what separates values of a CSV file')
    .addOption(encodingOption('of DATA'))
    .option('-y, --yes', 'go on without asking')
    .addHelpText(
      'after',
      `
The same command again goes on where it ended, and asks nothing twice. The sample's seed is kept beside the output:
never remove it to draw again by the results.

Exit codes: 0 done; 3 done, and nothing was gained: the model answered all; 45 the budget ended it, or the forecast is
above it; 46 you said no; 2 it can't be right, and nothing was asked.`,
    );
}

async function mapped(io: Io, flags: Flags, data: string): Promise<Result> {
  const { labels, loss, epsilon, delta, save, seed, prefix, pilot, twice, training } = flags;
  const isAsked = io.input.isTTY === true && io.watched.err;
  if (!flags.yes && !isAsked) {
    throw new OptionError(
      '--yes',
      'missing: nobody is here to answer whether to go on, and answers cost money. Set --max-price with it',
    );
  }
  const isInExcess = loss === 'excessDisagreement';
  if (isInExcess && save !== undefined) {
    throw new OptionError(
      '--save',
      "tests a promise for new rows, which isn't done in excess: leave it out, or take --loss disagreement",
    );
  }
  const out = flags.out ?? data.replace(/(\.[a-z]+)?$/i, '.answers$1');
  isCsv('--out', out);
  checkPlace('--out', out);
  if (resolve(out) === resolve(data))
    throw new OptionError('--out', `${out} is the table itself: name another, so that it stays as it is`);
  checkPlace('--save', save);
  const table = await readMapTable(data, flags);
  checkAnswerNames(table.columns, prefix);
  checkTexts(out, table);
  const { columns } = table;
  const text = await promptIn(flags.prompt);
  const prompt = promptTemplate(text, { columns, labels });
  const read = flags.text === undefined ? prompt.columns : [flags.text];
  if (flags.text !== undefined && !columns.includes(flags.text))
    throw new OptionError('--text', `there is no column '${flags.text}'; there are ${columns.join(', ')}`);
  const used = [...new Set([...prompt.columns, ...read])];
  const rows = table.rows.map((row) => texts(row, used));
  const model = await openMapModel(flags, prompt, `${out}.journal`);
  let progress = progressOf(io);
  const money = moneyWords(flags.prices === 'free' ? undefined : flags.prices?.currency);
  try {
    const sampleSeed = await sampleSeedFor(`${out}.seed`, {
      rows,
      text,
      labels,
      epsilon,
      delta,
      seed,
      model: flags.model,
      // Seeds of runs without it stay what they were.
      ...(isInExcess && { loss }),
    });
    const result = await mapRows({
      rows,
      full: model.full,
      features: columnFeatures(read),
      bound: { loss, epsilon, ...(delta !== undefined && { delta }) },
      sampleSeed,
      newRows: save !== undefined,
      signal: io.signal,
      ...(flags.maxPrice !== undefined && { maxPrice: flags.maxPrice }),
      ...(seed !== undefined && { seed }),
      ...(pilot !== undefined && { pilot }),
      ...(twice !== undefined && { twice }),
      ...(training !== undefined && { training }),
      reads: (row) => prompt.columns.map((name) => row[name]),
      onProgress: (step) => progress.show(step),
      onForecast: async (forecast) => {
        // A bar that is drawn again would hide the question.
        progress.end();
        const lines = forecastLines(forecast, money, flags.batch === true);
        if (isAllAsked(forecast)) {
          io.err(`${lines.join('\n')}\n`);
          return true;
        }
        const question = lines.at(-1) ?? '';
        io.err(
          lines
            .slice(0, -1)
            .map((line) => `${line}\n`)
            .join(''),
        );
        if (flags.yes) io.err(`${question} yes, by --yes\n`);
        const isAgreed = flags.yes === true || (await confirmed(question, io.input, io.err, io.signal));
        progress = progressOf(io);
        return isAgreed;
      },
    });
    progress.end();
    await writeMapTable(out, table, result.answers, prefix);
    const files: Record<string, string> = { answers: out, journal: model.journal };
    if (save !== undefined && result.cascade !== null && result.outcome === 'done') {
      await result.cascade.save(save);
      files.cascade = save;
    }
    const { answers, cascade, ...facts } = result;
    return {
      json: {
        files,
        ...facts,
        rows: answers.length,
        ...(save && { newRowsCertificate: cascade?.certificate ?? null }),
      },
      text: [
        ...resultLines(result, money),
        ...newRowLines(result.newRows, save, cascade?.certificate.verdict),
        '',
        ...Object.entries(files).map(([what, path]) => `${what}: ${path}`),
      ].join('\n'),
      code: codeOf(result.outcome, result.against),
    };
  } finally {
    progress.end();
    if (io.signal.aborted)
      io.err(`what was answered is in ${model.journal}: the same command goes on from it\n`);
    await model.close();
  }
}

/** @throws OptionError where it can't be read, or isn't UTF-8 */
async function promptIn(path: string): Promise<string> {
  const failed = (why: string) => new OptionError('--prompt', `${path} ${why}`);
  const bytes = await readFile(path).catch((error: Error) => {
    throw failed(`can't be read: ${error.message}`);
  });
  if (!isUtf8(bytes)) throw failed("isn't text in UTF-8: save it so");
  return bytes.toString();
}

/** Columns that are read, as text: rows that are alike in them are one question. */
function texts(row: TableRow, used: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    used.map((name) => {
      const value = row[name];
      if (value === null || value === undefined) return [name, ''];
      return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
    }),
  );
}

/** Words and characters of each column: whoever loads the saved cascade needs no code for them. */
function columnFeatures(columns: readonly string[]) {
  return define<Readonly<Record<string, string>>>(
    Object.fromEntries(
      columns.flatMap((name) => {
        const { words, characters } = textTerms(column<string>(name));
        const of = columns.length === 1 ? '' : ` of ${name}`;
        return [
          [`words${of}`, words],
          [`characters${of}`, characters],
        ];
      }),
    ),
  );
}

function listFrom(text: string): string[] {
  return text.split(',').map((label) => label.trim());
}

function newRowLines(
  why: string | null,
  save: string | undefined,
  verdict: string | undefined,
): readonly string[] {
  if (save === undefined || verdict === undefined) return [];
  if (verdict === 'certified') return ['new rows: certified, too, at a delta of its own'];
  return [`new rows: nothing is promised${why === null ? '' : `: ${why}`}`];
}

function codeOf(outcome: string, against: string | null): number {
  if (outcome === 'stopped') return BUDGET_STOP;
  if (outcome === 'declined') return DECLINED;
  return against === null ? DONE : NOT_CERTIFIED;
}
