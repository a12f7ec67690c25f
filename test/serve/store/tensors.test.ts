import test from 'ava';
import { Slabs, TensorStore } from '../../../serve/store/index.js';

test('equal content is held once, in shared memory, until its last user releases it', (t) => {
  const slabs = new Slabs(4_096);
  const store = new TensorStore(slabs);
  const one = store.hold(Float64Array.of(1, 2, 3));
  const same = store.hold(Float64Array.of(1, 2, 3));
  t.is(one.tensor, same.tensor);
  t.deepEqual(one.tensor, Float64Array.of(1, 2, 3));
  t.true(one.tensor.buffer instanceof SharedArrayBuffer);
  t.is(store.octets, 24);
  store.release(one.digest);
  t.is(store.users(one.digest), 1);
  t.is(store.octets, 24);
  store.release(one.digest);
  t.is(store.octets, 0);
  t.is(slabs.free, slabs.reserved);
  t.throws(() => store.release(one.digest), { instanceOf: RangeError });
});

test('other types and other middles are other contents', (t) => {
  const store = new TensorStore(new Slabs());
  const bytes = new Uint8Array(2_000).fill(7);
  const middle = bytes.slice();
  middle[1_000] = 8;
  const held = [bytes, middle, new Float32Array(bytes.slice().buffer), new Uint32Array(bytes.slice().buffer)];
  t.is(new Set(held.map((tensor) => store.hold(tensor).digest)).size, 4);
  t.is(store.octets, 8_000);
});

test('views of a larger buffer are held by their own octets', (t) => {
  const store = new TensorStore(new Slabs());
  const whole = Float32Array.of(0, 1, 2, 3);
  const part = store.hold(whole.subarray(1, 3));
  whole.fill(9);
  t.deepEqual(part.tensor, Float32Array.of(1, 2));
  t.is(store.hold(Float32Array.of(1, 2)).digest, part.digest);
  const empty = store.hold(new Uint16Array(0));
  t.is(empty.octets, 0);
  store.release(empty.digest);
});

test('memory is used again: many contents in turn need one slab', (t) => {
  const slabs = new Slabs(4_096);
  const store = new TensorStore(slabs);
  for (let i = 0; i < 100; i++) {
    const { digest, tensor } = store.hold(new Float64Array(300).fill(i));
    t.is(tensor[299], i);
    store.release(digest);
  }
  t.is(slabs.reserved, 4_096);
});
