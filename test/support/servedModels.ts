import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { type TextRow, textWorld } from '../../datasets/index.js';
import { type Cascade, define, logisticRegression, type Profile, tfidf, tune } from '../../index.js';
import type { ModelFiles, Slice } from '../../serve/executor.js';
import { profileOf } from './agreement.js';

const root = new URL('../../', import.meta.url);

/** A folder for models of a test, with the library and the threads' program as JavaScript. */
export interface ServingFolder {
  readonly folder: string;
  readonly program: URL;
}

export async function servingFolder(): Promise<ServingFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-serve-'));
  const bundle = (entry: string, outfile: string) =>
    build({
      entryPoints: [fileURLToPath(new URL(entry, root))],
      outfile: join(folder, outfile),
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      logLevel: 'error',
    });
  await Promise.all([
    bundle('serve/worker/program.ts', 'program.mjs'),
    bundle('test/support/servedFeatures.ts', 'library.mjs'),
  ]);
  return { folder, program: pathToFileURL(join(folder, 'program.mjs')) };
}

export const titleAndBody = define({
  title: tfidf((row: TextRow) => row.title),
  body: tfidf((row: TextRow) => row.body),
});

export interface TextModel {
  readonly cascade: Cascade<TextRow, string>;
  readonly rows: readonly TextRow[];
}

/** Costs of {@link titleAndBody}, which nobody measured. */
export const textProfile = profileOf({ title: 1, body: 100 }, ['logistic-regression']);

/** A cascade over {@link textWorld} whose first stage reads the title. */
export async function textModel(
  seed = 1,
  rows = 1_000,
  epsilon = 0.1,
  profile: Profile<'title' | 'body'> = textProfile,
): Promise<TextModel> {
  const world = textWorld({ rows, seed, classes: 2, bodyWords: 12, easy: 0.7 });
  const cascade = await tune({
    features: titleAndBody,
    rows: world.rows,
    labels: world.labels,
    full: logisticRegression({ l2: 0.1 }),
    approximate: [logisticRegression({ l2: 0.1 })],
    profile,
    split: { folds: 2 },
    bound: { loss: 'disagreement', epsilon, delta: 0.05 },
    seed,
    budget: 1e9,
  });
  return { cascade, rows: world.rows };
}

/**
 * The text of a features' module for {@link textModel}.
 *
 * @param title what reads a row's title: text of an expression
 * @param more code that it also has
 */
export function featuresText({ title = 'row.title', more = '' } = {}): string {
  return `import { define, tfidf } from '../../library.mjs';
export default define({ title: tfidf((row) => ${title}), body: tfidf((row) => row.body) });
export const inputs = { title: 'BYTES', body: 'BYTES' };
export function row({ title, body }, i) { return { title: title[i], body: body[i] }; }
${more}`;
}

/** The same for features to which each title is 'dage'. */
export function silentText(more = ''): string {
  return featuresText({ more }).replace('title: title[i]', "title: 'dage'");
}

/** Writes a version of a model. @param name of the folder in the test's folder */
export async function writeModel(
  { folder }: ServingFolder,
  name: string,
  cascade: { save(path: string, options: { readonly reference: 'rows' }): Promise<void> },
  features = featuresText(),
): Promise<ModelFiles> {
  const at = join(folder, 'models', name);
  await mkdir(at, { recursive: true });
  await cascade.save(join(at, 'model.cascade'), { reference: 'rows' });
  await writeFile(join(at, 'features.js'), features);
  return { key: `${name}#1`, artifact: join(at, 'model.cascade'), features: join(at, 'features.js') };
}

/** A slice that asks a model about texts. */
export function textSlice(model: string, rows: readonly TextRow[], more: Partial<Slice> = {}): Slice {
  const encoder = new TextEncoder();
  const inputs = {
    title: { elements: rows.map(({ title }) => encoder.encode(title)), rowShape: [] },
    body: { elements: rows.map(({ body }) => encoder.encode(body)), rowShape: [] },
  };
  return { model, mode: 0, rows: rows.length, inputs, scores: true, ...more };
}
