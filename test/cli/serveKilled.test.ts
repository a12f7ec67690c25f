import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { TextRow } from '../../datasets/index.js';
import { run } from '../support/commandLine.js';
import { folderFor } from '../support/files.js';
import { textModel } from '../support/servedModels.js';
import { publishText, type ServerProcess, startServer, urlOf } from '../support/serverProcess.js';

/** A process that serves is killed around an alarm of its audit: what the next one says of the model. */

const model = textModel(1, 300, 0.2);

/** Rows of another world: they leave early, and the full model would answer otherwise. */
const drifted = model.then(async ({ cascade, rows }) => {
  const mixed = rows.slice(1).map(({ body }, i): TextRow => ({ title: rows[i].title, body }));
  const [{ labels, exits }, full] = [await cascade.predict(mixed), await cascade.full.predict(mixed)];
  return mixed.filter((_, i) => exits[i] === 0 && labels[i] !== full.labels[i]);
});

interface World {
  readonly states: string;
  /** The arguments and the environment of each process. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

async function world(t: ExecutionContext): Promise<World> {
  const folder = await folderFor(t);
  const [directory, states, temporary] = ['models', 'states', 'tmp'].map((name) => join(folder, name));
  await publishText(directory, 'mails/1', await model);
  await writeFile(join(directory, 'mails/model.json'), JSON.stringify({ audit: { rate: 1 } }));
  await mkdir(temporary);
  const args = [directory, '--port', '0', '--workers', '1', '--drain-delay', '0', '--state-dir', states];
  return { states, args, env: { TMPDIR: temporary } };
}

async function started(t: ExecutionContext, { args, env }: World): Promise<ServerProcess> {
  const server = startServer(t, args, undefined, env);
  await server.has('out', 'listening on');
  return server;
}

/** The verdict of an answer; undefined where there is none. */
async function ask(server: ServerProcess, rows: readonly TextRow[]): Promise<string | undefined> {
  const inputs = (['title', 'body'] as const).map((name) => ({
    name,
    datatype: 'BYTES',
    shape: [rows.length],
    data: rows.map((row) => row[name]),
  }));
  const response = await fetch(`${urlOf(server)}/v2/models/mails/infer`, {
    method: 'POST',
    body: JSON.stringify({ inputs }),
  });
  return JSON.parse(await response.text()).parameters?.verdict;
}

async function askUntil(server: ServerProcess, verdict: string): Promise<readonly (string | undefined)[]> {
  const said: (string | undefined)[] = [];
  const rows = await drifted;
  while (said.at(-1) !== verdict && said.length < 1_000) said.push(await ask(server, rows.slice(0, 20)));
  return said;
}

async function killed({ child, exited }: ServerProcess): Promise<void> {
  child.kill('SIGKILL');
  await exited;
}

test('an alarm that couldn’t be kept is asked about after a kill, until a person has looked', async (t) => {
  const given = await world(t);
  const { states, env } = given;
  // By a link, which a file replaces in one step: the server, which may be writing, makes no folder in between.
  const own = join(states, 'mails');
  const kept = await mkdtemp(`${states}-`);
  const inTheWay = `${kept}.file`;
  await mkdir(states, { recursive: true });
  await symlink(kept, own);
  await writeFile(inTheWay, '');
  const first = await started(t, given);
  t.is(await ask(first, (await model).rows.slice(0, 1)), 'certified');
  await rename(inTheWay, own);
  t.is((await askUntil(first, 'void')).at(-1), 'void');
  await first.has('err', /the state of an audit can't be written/);
  await killed(first);
  await rm(own);
  await rename(kept, own);
  const second = await started(t, given);
  t.is(await ask(second, (await model).rows.slice(0, 1)), undefined);
  const record = /may lack an alarm.* remove (\S+) to go on/.exec(second.printed.err)?.[1] ?? '';
  t.true(record.startsWith(`${env.TMPDIR}`), second.printed.err);
  await killed(second);
  // The note beside the state tells the same, where temporary files went with their container.
  await rm(`${env.TMPDIR}`, { recursive: true });
  await mkdir(`${env.TMPDIR}`);
  const third = await started(t, given);
  t.is(await ask(third, (await model).rows.slice(0, 1)), undefined);
  const note = /may lack an alarm.* remove (\S+) to go on/.exec(third.printed.err)?.[1] ?? '';
  t.true(note.startsWith(states), third.printed.err);
  await killed(third);
  await rm(note);
  const fourth = await started(t, given);
  t.is(
    await ask(fourth, (await model).rows.slice(0, 1)),
    'certified',
    'somebody has said that there was none',
  );
});

test('while the folder can be written a kill asks nobody, and no alarm is lost by it', async (t) => {
  const given = await world(t);
  const first = await started(t, given);
  await ask(first, (await model).rows.slice(0, 100));
  await killed(first);
  const second = await started(t, given);
  t.is(await ask(second, (await model).rows.slice(0, 1)), 'certified');
  const said = await askUntil(second, 'void');
  await killed(second);
  t.deepEqual([...new Set(said)], ['certified', 'void']);
  const third = await started(t, given);
  t.is(await ask(third, (await model).rows.slice(0, 1)), 'void');
  t.regex(third.printed.err, /^mails\/1: loaded.*an alarm of the audit has voided the certificate/m);
  await killed(third);
  const { code, out } = await run(['serve', ...given.args, '--check']);
  t.deepEqual(
    [code, out],
    [1, 'mails/1: an alarm of the audit has voided the certificate\n1 checked, 1 wrong\n'],
  );
});
