import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { TextRow } from '../../../datasets/index.js';
import { type ServeOptions, type Serving, type ServingEvent, serve } from '../../../serve/index.js';
import { folderFor } from '../../support/files.js';
import {
  featuresText,
  type ServingFolder,
  servingFolder,
  type TextModel,
  textModel,
} from '../../support/servedModels.js';

let folder: ServingFolder;
/** What is served, with its rows: there once tests run. */
export let model: TextModel;

test.before(async () => {
  folder = await servingFolder();
  model = await textModel();
});
test.after.always(() => rm(folder.folder, { recursive: true, force: true }));

const QUIET = 'a-key-of-the-quiet-one';
const NOISY = 'a-key-of-the-noisy-one';

/** A server with one worker that two tenants ask, each with a key. */
export interface Attacked {
  readonly serving: Serving;
  readonly directory: string;
  readonly events: ServingEvent[];
  /** Writes a version of a model; it isn't loaded by that. */
  publish(at: string, features?: string): Promise<void>;
  /** Asks a model as the tenant that does harm. */
  ask(model: string, rows: readonly TextRow[]): Promise<Response>;
  /** Has the quiet tenant ask a model, request after request, while something happens: each is to be answered. */
  whileAsked<Result>(model: string, happens: () => Promise<Result>): Promise<Result>;
}

/** @param before what is published before the server starts */
export async function attacked(
  t: ExecutionContext,
  before: Readonly<Record<string, string>>,
  options: Partial<ServeOptions> = {},
): Promise<Attacked> {
  const directory = await folderFor(t);
  const events: ServingEvent[] = [];
  const publish = async (at: string, features = featuresText()) => {
    const to = join(directory, at);
    await mkdir(to, { recursive: true });
    // The text's import is of the folder two above a version's.
    const library = JSON.stringify(join(folder.folder, 'library.mjs'));
    await writeFile(join(to, 'features.js'), features.replace("'../../library.mjs'", library));
    await model.cascade.save(join(to, 'model.cascade'), { reference: 'rows' });
  };
  for (const [at, features] of Object.entries(before)) await publish(at, features);
  const serving = await serve({
    directory,
    port: 0,
    workers: 1,
    program: folder.program,
    keys: [
      { key: QUIET, tenant: 'quiet' },
      { key: NOISY, tenant: 'noisy' },
    ],
    onEvent: (event) => events.push(event),
    onFault: () => {},
    ...options,
  });
  t.teardown(() => serving.close());
  const askAs = (key: string) => (name: string, rows: readonly TextRow[]) =>
    fetch(`${serving.url}/v2/models/${name}/infer`, {
      method: 'POST',
      headers: { 'x-api-key': key },
      body: JSON.stringify({
        inputs: [
          { name: 'title', datatype: 'BYTES', shape: [rows.length], data: rows.map(({ title }) => title) },
          { name: 'body', datatype: 'BYTES', shape: [rows.length], data: rows.map(({ body }) => body) },
        ],
      }),
    });
  const quietly = askAs(QUIET);
  return {
    serving,
    directory,
    events,
    publish,
    ask: askAs(NOISY),
    async whileAsked(name, happens) {
      let isOver = false;
      let answered = 0;
      const asking = (async () => {
        for (let i = 0; !isOver || answered === 0; i++) {
          const response = await quietly(name, [model.rows[i % model.rows.length]]);
          const text = await response.text();
          t.is(response.status, 200, text);
          answered++;
          await setTimeout(10);
        }
      })();
      try {
        return await happens();
      } finally {
        isOver = true;
        await asking;
      }
    },
  };
}

/** The error of an answer. */
export async function errorOf(response: Response): Promise<string> {
  const { error }: { readonly error: string } = JSON.parse(await response.text());
  return error;
}
