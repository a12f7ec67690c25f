import test from 'ava';
import { worldRandom } from '../../../datasets/worlds/random.js';
import { expectRate } from '../../support/rates.js';

const DRAWS = 50_000;

test('uniform draws fill (0, 1) evenly, alone and in pairs', (t) => {
  const source = worldRandom(1);
  const cells = new Uint32Array(64);
  for (let i = 0; i < DRAWS; i++) {
    const x = source.uniform();
    t.true(x > 0 && x < 1);
    cells[Math.floor(x * 8) * 8 + Math.floor(source.uniform() * 8)]++;
  }
  for (const [cell, count] of cells.entries()) expectRate(t, count, DRAWS, 1 / 64, `cell ${cell}`);
});

test('first draws of neighbouring seeds are unrelated', (t) => {
  const bins = new Uint32Array(10);
  for (let seed = 0; seed < DRAWS; seed++) bins[worldRandom(seed).below(10)]++;
  for (const [bin, count] of bins.entries()) expectRate(t, count, DRAWS, 0.1, `bin ${bin}`);
});

test('normal draws have the tails of a normal', (t) => {
  const source = worldRandom(2);
  const draws = Array.from({ length: DRAWS }, source.normal);
  for (const [bound, p] of [
    [-1.6448536, 0.05],
    [0, 0.5],
    [1, 0.8413447],
    [2.3263479, 0.99],
  ]) {
    expectRate(t, draws.filter((x) => x < bound).length, DRAWS, p, `below ${bound}`);
  }
});

test('a seed beyond 32 bits and a negative one are their own', (t) => {
  const firsts = [1, -1, 2 ** 32 + 1, 2 ** 40].map((seed) => worldRandom(seed).uniform());
  t.is(new Set(firsts).size, 4);
});
