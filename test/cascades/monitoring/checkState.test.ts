import test from 'ava';
import type { AuditState } from '../../../cascades/monitoring/index.js';
import { OptionError } from '../../../index.js';
import { agreeing, auditOf, gated, type Options, served, through, worse } from './world.js';

const options: Options = { rate: 1, disagreement: 0.1, exits: {} };

/** A state with everything in it: a call under way and one behind it, labels that wait and rows that were missed. */
const kept = (async () => {
  const world = served({ loss: 'harm' });
  const { cascade, calls } = gated(world.cascade);
  const audit = auditOf(cascade, options);
  const answers = [audit.predict([worse, agreeing])];
  calls[0].end();
  await answers[0];
  world.state.broken = true;
  answers.push(audit.predict([agreeing, agreeing]));
  calls[1].end();
  await answers[1];
  world.state.broken = false;
  answers.push(audit.predict([worse]), audit.predict([worse, through, agreeing]));
  calls[3].end();
  await answers[3];
  const state: AuditState<'no' | 'yes'> = JSON.parse(JSON.stringify(audit.state));
  const on = (given: unknown, restart = false) => {
    const as = given as AuditState<'no' | 'yes'>;
    return auditOf(cascade, { ...options, ...(restart ? { restart: as } : { state: as }) });
  };
  return { state, on };
})();

type Path = readonly (string | number)[];

/** Every place of a value, the outermost first. */
function placesOf(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inside: Path[] = Object.entries(value).flatMap(([key, member]) =>
    placesOf(member, [...at, Array.isArray(value) ? Number(key) : key]),
  );
  return [at, ...inside];
}

/** A copy with another value at a place; `undefined` takes a member away. */
function withAt(value: unknown, [key, ...rest]: Path, other: unknown): unknown {
  if (key === undefined) return other;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  const member = withAt(copy[key], rest, other);
  if (member === undefined && !Array.isArray(copy)) delete copy[key];
  else copy[key] = member;
  return copy;
}

const named = (path: Path) =>
  `state${path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')}`;

test('a state with everything in it goes on', async (t) => {
  const { state, on } = await kept;
  t.true(state.calls.some(({ outcome }) => outcome === null));
  t.true(state.calls.some(({ outcome }) => outcome?.draws?.some(({ late }) => late !== null) === true));
  t.true(state.pending.some((draw) => 'missed' in draw));
  t.true(state.pending.some((draw) => !('missed' in draw)));
  t.true(state.exits !== null && state.disagreement !== null);
  t.notThrows(() => on(state));
});

test('every field that is missing, or of another kind, is named in an OptionError', async (t) => {
  const { state, on } = await kept;
  const places = placesOf(state).filter(([first]) => first !== undefined && first !== 'certificate');
  t.true(places.length > 100);
  for (const place of places) {
    // What a pending draw is follows from its fields.
    const isChoice = place[0] === 'pending' && place.at(-1) === 'missed';
    for (const other of [undefined, {}, 'x', -7, Number.NaN]) {
      const isSeed = place[0] === 'seed' && (other === 'x' || other === -7);
      const isFree = other === -7 && place.at(-1) === 'sum';
      const isCapital = other === -7 && place.includes('logCapitals');
      if (isSeed || isFree || isCapital) continue;
      const error = t.throws(
        () => on(withAt(state, place, other)),
        { instanceOf: OptionError },
        named(place),
      );
      if (isChoice || error === undefined || place[0] === 'calls' || place[0] === 'evidence') continue;
      t.true(error.message.includes(named(place)), `${named(place)}: ${error.message}`);
    }
  }
});

test('whatever is wrong in a state, no other error comes of it', async (t) => {
  const { state, on } = await kept;
  for (const place of placesOf(state)) {
    for (const other of [null, [], 0, 1, 1e9, true, [null], { missed: 1 }]) {
      for (const restart of [false, true]) {
        try {
          on(withAt(state, place, other), restart);
        } catch (error) {
          t.true(error instanceof OptionError, `${named(place)} = ${JSON.stringify(other)}: ${error}`);
        }
      }
    }
  }
});

test('what an audit is given, and what it tells, are copies', async (t) => {
  const { state, on } = await kept;
  const given = structuredClone(state);
  const audit = on(given);
  const before = JSON.stringify(audit.state);
  Object.assign(given.promises[0], { alarm: true });
  Object.assign(given.draws, { next: 1e6 });
  const copy = audit.state;
  Object.assign(copy.promises[0], { alarm: true, samples: 0 });
  Object.assign(copy.draws, { drawn: 0 });
  t.is(JSON.stringify(audit.state), before);
  t.is(audit.certificate.verdict, 'certified');
});
