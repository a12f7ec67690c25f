import test from 'ava';
import fc from 'fast-check';
import { RoundRobin, Turn } from '../../../serve/scheduling/roundRobin.js';

/** Work of the same cost, piece after piece. */
class Worker {
  readonly turn: Turn<Worker>;
  served = 0;

  constructor(
    readonly name: string,
    readonly cost: number,
    weight = 1,
    public pieces = Number.POSITIVE_INFINITY,
  ) {
    this.turn = new Turn<Worker>(this, weight);
  }

  get isRunnable(): boolean {
    return this.pieces > 0;
  }

  serve(): void {
    this.pieces--;
    this.served += this.cost;
    this.turn.deficit -= this.cost;
  }
}

function orderOf(robin: RoundRobin<Worker>, steps: number): string {
  let order = '';
  for (let i = 0; i < steps; i++) {
    const worker = robin.pick();
    worker?.serve();
    order += worker?.name ?? '-';
  }
  return order;
}

test('a quantum a round each, as pieces of work or as several', (t) => {
  const robin = new RoundRobin<Worker>(2);
  const workers = [new Worker('a', 2), new Worker('b', 1), new Worker('c', 4)];
  for (const { turn } of workers) robin.activate(turn, true);
  // c's piece costs two quanta: it has every second round.
  t.is(orderOf(robin, 12), 'abbcabbabbca');
});

test('weights', (t) => {
  const robin = new RoundRobin<Worker>(1);
  const workers = [new Worker('a', 1, 3), new Worker('b', 1)];
  for (const { turn } of workers) robin.activate(turn, true);
  t.is(orderOf(robin, 8), 'aaabaaab');
});

test('who was idle goes first, with a quantum a round', (t) => {
  const robin = new RoundRobin<Worker>(2);
  const [a, b, quiet] = [new Worker('a', 2), new Worker('b', 2), new Worker('q', 1, 1, 1)];
  for (const { turn } of [a, b]) robin.activate(turn, true);
  t.is(orderOf(robin, 2), 'ab');
  robin.activate(quiet.turn, true);
  t.is(orderOf(robin, 2), 'qa');
  // Half of its quantum is left.
  quiet.pieces = 1;
  robin.activate(quiet.turn, true);
  t.is(orderOf(robin, 2), 'qb');
  // Nothing is left: it has its next turn after b's, who is at it.
  quiet.pieces = 3;
  b.turn.deficit = 2;
  robin.activate(quiet.turn, true);
  t.is(orderOf(robin, 4), 'bqqa');
});

test('who has never more than one piece at a time gets no more than its share', (t) => {
  for (const cost of [0.5, 1, 2, 3]) {
    const robin = new RoundRobin<Worker>(2);
    const workers = [new Worker('a', 2), new Worker('b', 1), new Worker('q', cost, 1, 1)];
    const [a, , quiet] = workers;
    for (const { turn } of workers) robin.activate(turn, true);
    while (a.served < 500) {
      const worker = robin.pick();
      worker?.serve();
      if (quiet.pieces > 0) continue;
      // It is found without work now and then.
      if (Math.floor(a.served) % 3 === 0) robin.pick();
      quiet.pieces = 1;
      robin.activate(quiet.turn, true);
    }
    t.true(quiet.served <= a.served + 6 + 2 + cost, `${quiet.served}`);
  }
});

test('nobody left, and a debt that is kept', (t) => {
  const robin = new RoundRobin<Worker>(1);
  const [a, b] = [new Worker('a', 10, 1, 1), new Worker('b', 1)];
  robin.activate(a.turn, true);
  t.is(orderOf(robin, 2), 'a-');
  robin.activate(b.turn, true);
  a.pieces = 1;
  robin.activate(a.turn, true);
  // a owes 9 and has 1 a round.
  t.is(orderOf(robin, 12), 'bbbbbbbbbabb');
});

test('the difference of service, by weight, stays within three quanta and a piece of each', (t) => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          cost: fc.double({ min: 0.01, max: 20, noNaN: true }),
          weight: fc.double({ min: 0.2, max: 5, noNaN: true }),
        }),
        { minLength: 2, maxLength: 6 },
      ),
      fc.integer({ min: 1, max: 500 }),
      (given, steps) => {
        const robin = new RoundRobin<Worker>(2);
        const workers = given.map(({ cost, weight }, i) => new Worker(`${i}`, cost, weight));
        for (const { turn } of workers) robin.activate(turn, true);
        orderOf(robin, steps);
        for (const { served: a, turn: x, cost: p } of workers) {
          for (const { served: b, turn: y, cost: q } of workers) {
            const bound = 6 + p / x.weight + q / y.weight;
            t.true(a / x.weight - b / y.weight <= bound + 1e-6);
          }
        }
      },
    ),
  );
});

test('large debts cost no more steps than small ones', (t) => {
  const robin = new RoundRobin<Worker>(1e-9);
  const workers = [new Worker('a', 1e6), new Worker('b', 1e6)];
  for (const { turn } of workers) robin.activate(turn, true);
  t.is(orderOf(robin, 6), 'ababab');
});
