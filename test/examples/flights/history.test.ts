import test from 'ava';
import { type Flight, loadFlights } from '../../../datasets/index.js';
import {
  type Connection,
  HISTORY_DAYS,
  makeHistory,
  TABLES,
  type Table,
} from '../../../examples/flights/history.js';
import { loadPackage } from '../../../lib/util/packages.js';
import { near } from '../../support/near.js';
import { isHere } from '../../support/packages.js';

const here = isHere('@duckdb/node-api');
const live = here ? test : test.skip;

interface Duckdb {
  readonly DuckDBInstance: { create(path: string): Promise<{ connect(): Promise<Connection> }> };
}

/** Sums by hand what the tables should hold. */
function aggregate(delays: readonly number[]) {
  const late = delays.filter((delay) => delay > 15).length;
  const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
  const variance = delays.reduce((sum, delay) => sum + (delay - mean) ** 2, 0) / delays.length;
  return {
    count: delays.length,
    late: late / delays.length,
    shrunk: (late + 4) / (delays.length + 20),
    mean,
    spread: Math.sqrt(variance),
  };
}

live(
  `@duckdb/node-api: tables hold the history’s days, or hours that have passed${here ? '' : ' (left out: not installed)'}`,
  async (t) => {
    const loaded = (await loadPackage('@duckdb/node-api')) as Duckdb;
    const connection = await (await loaded.DuckDBInstance.create(':memory:')).connect();
    await makeHistory(connection);
    const { rows, labels } = await loadFlights({ months: 1 });
    const delays = (of: (flight: Flight) => boolean) => labels.filter((_, i) => of(rows[i]));
    const past = (of: (flight: Flight) => boolean) =>
      delays((flight) => flight.day < HISTORY_DAYS && of(flight));
    const hour = ({ minute }: Flight) => Math.floor(minute / 60);
    const lookUp = async (table: Table, key: string) => {
      const sql = `SELECT ${TABLES[table].join(', ')} FROM ${table} WHERE key = '${key}'`;
      const found = (await connection.runAndReadAll(sql)).getRowsJS();
      t.is(found.length, 1, `${table} ${key}`);
      return found[0].map(Number);
    };
    const close = (actual: readonly number[], expected: readonly number[]) => {
      t.is(actual.length, expected.length);
      actual.forEach((value, i) => {
        near(t, value, expected[i], 1e-6);
      });
    };

    const route = aggregate(past(({ origin, destination }) => origin === 'ORD' && destination === 'LGA'));
    close(await lookUp('routes', 'ORD-LGA'), [
      route.count / HISTORY_DAYS,
      route.shrunk,
      route.mean,
      route.spread,
    ]);
    const from = aggregate(past(({ origin }) => origin === 'ORD'));
    const to = aggregate(past(({ destination }) => destination === 'ORD'));
    close(await lookUp('airports', 'ORD'), [
      from.count / HISTORY_DAYS,
      from.shrunk,
      from.mean,
      from.spread,
      to.shrunk,
    ]);
    const slot = aggregate(past((flight) => flight.origin === 'ORD' && hour(flight) === 17));
    close(await lookUp('slots', 'ORD:17'), [slot.count / HISTORY_DAYS, slot.shrunk, slot.mean]);
    const of = (first: number, last: number) =>
      aggregate(
        delays(
          (flight) =>
            flight.origin === 'ORD' && flight.day === 9 && hour(flight) >= first && hour(flight) <= last,
        ),
      );
    const [three, one] = [of(14, 16), of(16, 16)];
    close(await lookUp('recent', 'ORD:9:17'), [three.count, three.late, three.mean, one.late, one.mean]);
    connection.closeSync();
  },
);
