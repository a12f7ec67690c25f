import test from 'ava';
import fc from 'fast-check';
import { type Region, Slabs } from '../../../serve/store/index.js';

test('regions never overlap, and what is freed is given out again before a slab is added', (t) => {
  const steps = fc.array(fc.record({ octets: fc.nat(700), free: fc.option(fc.nat(), { nil: undefined }) }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, (all) => {
      const slabs = new Slabs(1_024);
      const used: Region[] = [];
      for (const { octets, free } of all) {
        if (free !== undefined && used.length > 0) {
          const [gone] = used.splice(free % used.length, 1);
          slabs.give(gone);
        }
        const region = slabs.take(octets);
        t.true(region.length >= octets && region.start % 64 === 0);
        t.true(region.start + region.length <= region.memory.byteLength);
        for (const other of used) {
          if (other.memory !== region.memory) continue;
          t.true(other.start + other.length <= region.start || region.start + region.length <= other.start);
        }
        used.push(region);
      }
      const inUse = used.reduce((sum, { length }) => sum + length, 0);
      t.is(slabs.free, slabs.reserved - inUse);
      for (const region of used) slabs.give(region);
      // Whole again: a piece as large as a slab needs no other one.
      t.is(slabs.free, slabs.reserved);
      const { reserved } = slabs;
      if (reserved > 0) slabs.take(1_024);
      t.is(slabs.reserved, reserved);
    }),
  );
});

test('a piece larger than a slab has one of its own', (t) => {
  const slabs = new Slabs(128);
  const region = slabs.take(1_000);
  t.is(region.length, 1_024);
  t.is(slabs.reserved, 1_024);
  t.throws(() => slabs.give({ ...region, memory: new SharedArrayBuffer(8) }), { instanceOf: RangeError });
});
