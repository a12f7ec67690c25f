import test from 'ava';
import { Health } from '../../../cascades/cascade/health.js';
import { Service as LightService } from '../../../cascades/cascade/lightService.js';
import { Service } from '../../../cascades/cascade/service.js';
import { numbers, worldOf } from '../../lib/run/runtime/numbers.js';

/** What `spillway/runtime` serves with knows of faults what `spillway` does. */

test('both services put the same answers outside the promise', async (t) => {
  for (const waits of [false, true]) {
    let fails = false;
    const { engine } = worldOf({
      classes: 2,
      thresholds: [[0.6, 0.6]],
      features: { 1: { waits, fails: () => fails } },
    });
    const rows = numbers(40, 3);
    const services = [new Service(engine), new LightService(engine, new Health(engine.stages.length))];
    const text = await Promise.all(
      services.map(async (service) => {
        const heard: unknown[] = [];
        const report = async (how: () => Promise<{ impaired: boolean }> | { impaired: boolean }) => {
          try {
            heard.push((await how()).impaired);
          } catch {
            heard.push('thrown');
          }
        };
        for (const row of rows) await report(() => service.one(row, {}));
        await report(() => service.run(rows, { onFault: 'degrade' }));
        for (const row of rows) await report(() => service.oneSync(row, {}));
        await report(() => service.runSync(rows, { onFault: 'degrade' }));
        await report(() => service.one(rows[0], { signal: AbortSignal.abort(new Error('enough')) }));
        return heard;
      }),
    );
    t.deepEqual(text[0], text[1]);
    fails = true;
    const broken = await Promise.all(
      services.map(async (service) => {
        const heard: unknown[] = [];
        for (const row of rows) {
          const outcome = await service.one(row, {}).catch(() => 'thrown' as const);
          heard.push(outcome === 'thrown' ? outcome : outcome.impaired);
        }
        heard.push((await service.run(rows, { onFault: 'degrade' })).impaired);
        return heard;
      }),
    );
    t.deepEqual(broken[0], broken[1]);
    t.true(broken[0].includes('thrown') && broken[0].includes(true), 'the case is one');
    t.false(broken[0].slice(broken[0].indexOf('thrown')).includes(false));
  }
});
