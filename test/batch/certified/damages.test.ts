import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import test from 'ava';
import {
  answerCertified,
  askBatch,
  certifiedPlanOf,
  certifyFiles,
  scoreUnit,
} from '../../../batch/certified/index.js';
import { outputDigest, verifyRun } from '../../../batch/run/index.js';
import { SpillwayError } from '../../../lib/errors.js';
import { random } from '../../../lib/stats/index.js';
import { atLength } from '../../support/atLength.js';
import { folderFor } from '../../support/files.js';
import { inputsIn, modelIn, opened, whole } from './world.js';

/** Bits that flip and accidents of an editor, in each file that one step leaves for the next. */

/** All files of a folder, by their paths in it. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1)).sort();
}

test('after each step, whatever is damaged is found, and never answers otherwise', async (t) => {
  const model = await modelIn(t);
  const input = await inputsIn(t, 2);
  const [out, states, tried] = [await folderFor(t), await folderFor(t), join(await folderFor(t), 'run')];
  const batch = await opened(model, input, out);
  const names: string[] = [];
  const keep = async (name: string) => {
    names.push(name);
    await cp(out, join(states, name), { recursive: true });
  };
  for (const unit of batch.units) await scoreUnit(batch, unit);
  await keep('scored');
  await askBatch(batch, whole);
  await keep('asked');
  await answerCertified(batch, batch.units[0]);
  // As a kill leaves it before the output: what the full model answered for it is read again.
  await batch.folder.forget(batch.units[0].key, 'jsonl');
  await answerCertified(batch, batch.units[1]);
  await keep('half answered');
  await certifyFiles(batch);
  await keep('answered');
  const result = async (folder: string) => [
    await outputDigest([folder]),
    await certifiedPlanOf(await opened(model, input, folder)),
  ];
  const expected = await result(out);
  const coins = random('damages');
  let [refused, unharmed] = [0, 0];
  for (const name of names) {
    const files = await filesIn(join(states, name));
    for (const file of files) {
      const whole = await readFile(join(states, name, file));
      const others = files.filter((other) => dirname(other) === dirname(file) && other !== file);
      const damages = [
        () => {
          const flipped = Buffer.from(whole);
          flipped[coins.integer(whole.length)] ^= 1 << coins.integer(8);
          return flipped;
        },
        () => whole.subarray(0, coins.integer(whole.length)),
        () => digitChanged(whole, coins.integer(whole.length)),
        () => (others[0] === undefined ? undefined : readFile(join(states, name, others[0]))),
      ];
      for (let i = 0; i < atLength(2, 60); i++) {
        const damage = await damages[coins.integer(damages.length)]();
        if (damage === undefined || damage.equals(whole)) continue;
        await rm(tried, { recursive: true, force: true });
        await cp(join(states, name), tried, { recursive: true });
        await writeFile(join(tried, file), damage);
        const found = (await verifyRun(tried)).changed.map(({ path }) => path.slice(tried.length + 1));
        t.true(found.includes(file), `${name}: verify of ${file}`);
        const key = basename(file).slice(0, 32);
        try {
          await certifyFiles(await opened(model, input, tried));
          t.deepEqual(await result(tried), expected, `${name}: ${file}`);
          unharmed++;
        } catch (error) {
          if (!(error instanceof SpillwayError)) throw error;
          t.true(error.message.includes(file) || error.message.includes(key), `${file}: ${error.message}`);
          t.regex(error.message, /remove |begin again/i, file);
          refused++;
          if (!/remove /i.test(error.message)) continue;
          // As the error says to do.
          await rm(join(tried, file));
          if (error.message.includes('and the .json beside it'))
            await rm(join(tried, `${file.slice(0, -6)}.json`));
          await certifyFiles(await opened(model, input, tried));
          t.deepEqual(await result(tried), expected, `${name}: ${file} removed`);
        }
      }
    }
  }
  t.true(refused > 2 * unharmed && unharmed > 0, `${refused} refused, ${unharmed} unharmed`);
});

/** As an editor would: a figure is another one. */
function digitChanged(bytes: Buffer, from: number): Buffer | undefined {
  const text = bytes.toString('latin1');
  const at = text.slice(from).search(/\d/);
  if (at < 0) return undefined;
  const digit = (Number(text[from + at]) + 1) % 10;
  return Buffer.from(text.slice(0, from + at) + digit + text.slice(from + at + 1), 'latin1');
}
