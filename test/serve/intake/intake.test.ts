import test from 'ava';
import fc from 'fast-check';
import { OptionError } from '../../../lib/errors.js';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { Intake, type IntakeOptions } from '../../../serve/intake/index.js';
import { Tenants } from '../../../serve/scheduling/index.js';
import { FakeTimer } from '../../support/fakeTimer.js';
import { WorkingTimer } from './workingTimer.js';

const make = (options: IntakeOptions = {}) => new Intake({ timer: new FakeTimer(), ...options });

/** Requests that a tenant may have, until one is refused. */
function fill(intake: Intake, tenant: string): number {
  for (let count = 0; ; count++) {
    try {
      intake.enter(tenant);
    } catch (error) {
      if (error instanceof RequestError && error.reason === 'overloaded') return count;
      throw error;
    }
  }
}

test('a tenant alone may have two thirds of the requests in flight, and others find room', (t) => {
  const intake = make({ requests: 90 });
  t.is(fill(intake, 'noisy'), 60);
  t.is(fill(intake, 'quiet'), 20);
  t.is(fill(intake, 'third'), 7);
});

test('a refused tenant is told what it has, and when to try again', (t) => {
  const intake = make({ requests: 3 });
  intake.enter('a');
  intake.enter('a');
  const error = t.throws(() => intake.enter('a'), { instanceOf: RequestError });
  t.is(error.reason, 'overloaded');
  t.is(error.retryAfterMs, 1000);
  t.regex(error.message, /^2 requests are in flight, 2 of them of this tenant/);
});

test('a tenant of more weight may have more', (t) => {
  const tenants = new Tenants({ tenants: { shop: { weight: 4 } } });
  t.is(fill(make({ requests: 90, tenants }), 'shop'), 80);
});

test('what leaves is free again, once', (t) => {
  const intake = make({ requests: 3, octets: 100 });
  const place = intake.enter('a');
  t.true(place.take(60));
  const other = intake.enter('a');
  t.false(other.take(60));
  place.leave();
  place.leave();
  place.give(60);
  t.false(place.take(1));
  t.true(other.take(60));
  other.leave();
  t.is(fill(intake, 'a'), 2);
});

test('messages that fill the memory are those of one tenant, to two thirds', (t) => {
  const intake = make({ octets: 900 });
  const noisy = intake.enter('noisy');
  let held = 0;
  while (noisy.take(10)) held += 10;
  t.is(held, 600);
  t.true(intake.enter('quiet').take(200));
});

test('a message may be as large as the memory for them where nothing else is held', (t) => {
  t.true(make({ octets: 100 }).enter('a').take(100));
  t.false(make({ octets: 100 }).enter('a').take(101));
});

test('whatever enters and leaves, no more is held than the limits, and all is free in the end', (t) => {
  const step = fc.record({
    tenant: fc.constantFrom('a', 'b', 'c'),
    octets: fc.nat(50),
    leaves: fc.nat(9),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const intake = make({ requests: 8, octets: 100 });
      const here: { readonly place: ReturnType<Intake['enter']>; held: number }[] = [];
      for (const { tenant, octets, leaves } of steps) {
        try {
          const place = intake.enter(tenant);
          here.push({ place, held: place.take(octets) ? octets : 0 });
        } catch (error) {
          if (!(error instanceof RequestError)) throw error;
        }
        if (leaves < here.length) here.splice(leaves, 1)[0].place.leave();
        if (here.length > 8 || here.reduce((sum, { held }) => sum + held, 0) > 100) return false;
      }
      for (const { place } of here) place.leave();
      return intake.enter('d').take(100);
    }),
  );
  t.pass();
});

test('work has an outcome, and a failure is its own', async (t) => {
  const place = make().enter('a');
  t.is(await place.turn(() => 3), 3);
  t.is(await place.turn(async () => 4), 4);
  const fail = () => {
    throw new RequestError('invalid', 'no');
  };
  t.throws(() => place.turn(fail), { message: 'no' });
});

test('a tenant that has read much waits, however many others come and go meanwhile', async (t) => {
  const timer = new WorkingTimer();
  const intake = make({ timer });
  const done: string[] = [];
  const read = (tenant: string, ms: number, then = () => {}) => {
    const place = intake.enter(tenant);
    void place.turn(() => {
      timer.work(ms);
      done.push(tenant);
      place.leave();
      then();
    });
  };
  const comeAndGo = () => {
    for (let i = 0; i < 2000; i++) intake.enter(`other ${i}`).leave();
  };
  // A turn of the event loop is full, and all that follows waits.
  read('first', 0.5);
  read('noisy', 1);
  read('quiet', 0.25, () => {
    comeAndGo();
    read('noisy', 0.25);
  });
  for (let i = 0; i < 3; i++) read('quiet', 0.25);
  await timer.run();
  // Forgotten, the noisy one would come back without what it owes.
  t.deepEqual(done, ['first', 'noisy', 'quiet', 'quiet', 'quiet', 'quiet', 'noisy']);
});

test('limits are whole numbers', (t) => {
  t.throws(() => make({ requests: 0 }), { instanceOf: OptionError });
  t.throws(() => make({ octets: 1.5 }), { instanceOf: OptionError });
});
