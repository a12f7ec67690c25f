import test from 'ava';
import { endOfTurn, nextTask, systemTimer } from '../../../lib/util/timer.js';

/** Engines of today, and one that has timers only. */
const ways = {
  immediate: { setImmediate, MessageChannel, setTimeout },
  message: { MessageChannel, setTimeout },
  timer: { setTimeout },
};

for (const [name, engine] of Object.entries(ways)) {
  test(`${name}: a task of its own, after whatever is ready`, async (t) => {
    const order: string[] = [];
    const task = new Promise<void>((resolve) => {
      nextTask(engine)(() => {
        order.push('task');
        resolve();
      });
    });
    const ready = async () => {
      for (let i = 0; i < 20; i++) await undefined;
      order.push('ready');
    };
    await Promise.all([task, ready()]);
    t.deepEqual(order, ['ready', 'task']);
  });

  test(`${name}: tasks in the order in which they were asked for, each once`, async (t) => {
    const order: number[] = [];
    const start = nextTask(engine);
    await Promise.all(
      [0, 1, 2].map((i) => new Promise<void>((resolve) => start(() => resolve(void order.push(i))))),
    );
    await endOfTurn();
    t.deepEqual(order, [0, 1, 2]);
  });
}

test('an engine that has no immediates is asked for a message, not for a timer', (t) => {
  const requested: string[] = [];
  class Channel {
    readonly port1 = { close: () => requested.push('close') };
    readonly port2 = { postMessage: () => requested.push('message') };
  }
  nextTask({ MessageChannel: Channel, setTimeout: () => requested.push('timer') })(() => {});
  t.deepEqual(requested, ['message']);
});

test('what is called off never runs', async (t) => {
  let runs = 0;
  const off = [0, 1].map((milliseconds) => systemTimer.after(milliseconds, () => runs++));
  for (const callOff of off) callOff();
  await new Promise((resolve) => setTimeout(resolve, 20));
  t.is(runs, 0);
});
