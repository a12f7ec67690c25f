/** A process that locks a path again and again, looks whether it is alone, and dies now and then while it holds the lock. */
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { JournalError } from '../../../../lib/errors.js';
import { isAlive } from '../../../../lib/util/processSpace.js';
import { lockPath } from '../../../../llm/models/journal/lock.js';

const [, , path = '', times = '0', dies = '0'] = process.argv;
const inside = `${path}.inside`;
const say = (what: string) => appendFileSync(`${path}.log`, `${what}\n`);

for (let held = 0; held < Number(times); ) {
  try {
    const lock = await lockPath(path);
    held++;
    try {
      writeFileSync(inside, String(process.pid), { flag: 'wx' });
    } catch {
      // One that died in here left it.
      if (isAlive(Number(readFileSync(inside, 'utf8')))) say('together');
      writeFileSync(inside, String(process.pid));
    }
    await new Promise((resolve) => setTimeout(resolve));
    if (readFileSync(inside, 'utf8') !== String(process.pid)) say('together');
    say('held');
    if (held === Number(dies)) process.kill(process.pid, 'SIGKILL');
    rmSync(inside);
    await lock.release();
  } catch (error) {
    if (!(error instanceof JournalError && error.reason === 'locked')) say(String(error));
    await new Promise((resolve) => setTimeout(resolve));
  }
}
