import test from 'ava';
import fc from 'fast-check';
import { runAsync, runSync, type Work } from '../../../../lib/run/runtime/index.js';
import { overlap } from '../../../../lib/run/runtime/overlap.js';

/** Work that waits `waits` times and then ends, or fails. It writes down what it does. */
function* work(name: number, waits: number, fails: boolean, log: string[], gates: Gates): Work<void> {
  log.push(`begin ${name}`);
  for (let w = 0; w < waits; w++) yield gates.wait(name);
  log.push(`end ${name}`);
  if (fails) throw new Error(`failed ${name}`);
}

/** Promises that a test keeps, and opens in an order of its own. */
class Gates {
  private readonly closed: { readonly name: number; readonly open: () => void }[] = [];
  most = 0;

  wait(name: number): Promise<void> {
    return new Promise((open) => {
      this.closed.push({ name, open });
      this.most = Math.max(this.most, this.closed.length);
    });
  }

  /** @returns whether one was there to open */
  open(which: number): boolean {
    if (this.closed.length === 0) return false;
    const [{ open }] = this.closed.splice(which % this.closed.length, 1);
    open();
    return true;
  }
}

/** Opens gates, one a turn, until the promise is settled. */
async function settled(promise: Promise<unknown>, gates: Gates, order: readonly number[]): Promise<unknown> {
  let over = false;
  const outcome = promise.then(
    () => 'ended',
    (error: Error) => error.message,
  );
  void outcome.then(() => {
    over = true;
  });
  for (let turn = 0; !over; turn++) {
    gates.open(order[turn % order.length]);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return outcome;
}

const works = fc.array(fc.record({ waits: fc.nat(3), fails: fc.boolean() }), { maxLength: 12 });
const order = fc.array(fc.nat(7), { minLength: 1, maxLength: 20 });

test('all is done, no more than so many wait at once, and the first that fails is what is thrown', async (t) => {
  await fc.assert(
    fc.asyncProperty(works, order, fc.integer({ min: 1, max: 4 }), async (tasks, turns, most) => {
      const log: string[] = [];
      const gates = new Gates();
      const all = tasks.map(({ waits, fails }, name) => work(name, waits, fails, log, gates));
      const outcome = await settled(runAsync(overlap(all, most)), gates, turns);
      const first = tasks.findIndex(({ fails }) => fails);
      t.is(outcome, first < 0 ? 'ended' : `failed ${first}`);
      t.true(gates.most <= most);
      const needed = first < 0 ? tasks.length : first + 1;
      for (let name = 0; name < needed; name++) t.true(log.includes(`end ${name}`));
      const begun = log.filter((line) => line.startsWith('begin'));
      t.deepEqual(
        begun,
        [...begun].sort((a, b) => Number(a.slice(6)) - Number(b.slice(6))),
      );
    }),
    { numRuns: 150 },
  );
});

test('work that never waits is done one after the other, without waiting', (t) => {
  const log: string[] = [];
  const all = [0, 1, 2].map((name) => work(name, 0, name === 1, log, new Gates()));
  t.throws(() => runSync(overlap(all, 4), 'work'), { message: 'failed 1' });
  t.deepEqual(log, ['begin 0', 'end 0', 'begin 1', 'end 1']);
});

test('while one waits the next go on', async (t) => {
  const log: string[] = [];
  const gates = new Gates();
  const done = runAsync(
    overlap([work(0, 1, false, log, gates), work(1, 0, false, log, gates), work(2, 1, false, log, gates)], 2),
  );
  t.deepEqual(log, ['begin 0', 'begin 1', 'end 1', 'begin 2']);
  gates.open(0);
  gates.open(0);
  await done;
});
