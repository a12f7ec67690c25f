import test from 'ava';
import { Loads } from '../../../serve/worker/loads.js';

/** A load that ends when it is let, or with the signal's reason. */
function begun() {
  const loads = new Loads<string>();
  let [starts, finish] = [0, (_: string) => {}];
  const begin = (signal: AbortSignal) => {
    starts++;
    return new Promise<string>((resolve, reject) => {
      finish = resolve;
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  };
  return { loads, begin, starts: () => starts, finish: (value: string) => finish(value) };
}

test('one caller who leaves takes nothing from another', async (t) => {
  const { loads, begin, starts, finish } = begun();
  const controller = new AbortController();
  const [leaving, staying] = [loads.load('a', begin, controller.signal), loads.load('a', begin)];
  controller.abort(new Error('I leave'));
  t.is((await t.throwsAsync(leaving)).message, 'I leave');
  finish('loaded');
  t.is(await staying, 'loaded');
  t.is(await loads.load('a', begin), 'loaded');
  t.is(starts(), 1);
});

test('once all have left it is given up, and begins again for the next', async (t) => {
  const { loads, begin, starts, finish } = begun();
  const both = [new AbortController(), new AbortController()];
  const leaving = both.map(({ signal }) => loads.load('a', begin, signal));
  for (const controller of both) controller.abort(new Error('I leave'));
  for (const load of leaving) await t.throwsAsync(load, { message: 'I leave' });
  const next = loads.load('a', begin);
  t.is(starts(), 2);
  finish('again');
  t.is(await next, 'again');
});

test('what was loaded is given to one who stops it, once', async (t) => {
  const { loads, begin, finish } = begun();
  const loading = loads.load('a', begin);
  finish('loaded');
  await loading;
  t.deepEqual(await Promise.all([loads.stop('a'), loads.stop('a')]), ['loaded', undefined]);
  t.is(await loads.stop('a'), undefined);
  t.deepEqual(loads.keys, []);
});

test('a load that is stopped on the way rejects, and leaves nothing to forget', async (t) => {
  const { loads, begin } = begun();
  const loading = loads.load('a', begin);
  const stopped = loads.stop('a');
  await t.throwsAsync(loading, { message: /model 'a' is unloaded/ });
  t.is(await stopped, undefined);
});

test('a signal that is aborted already begins nothing', async (t) => {
  const { loads, begin, starts } = begun();
  await t.throwsAsync(loads.load('a', begin, AbortSignal.abort(new Error('before'))), { message: 'before' });
  t.is(starts(), 0);
});
