import { changedMore } from '../cascades/index.js';
import { asPercent, count } from '../lib/util/count.js';
import type { Expected, MapForecast, MappedRows } from '../llm/index.js';

/** The words of `spillway map`: its forecast, and what came of it. */

/** Amounts of money as a person reads them. */
export function moneyWords(currency: string | undefined): (value: number) => string {
  return (value) => {
    const digits =
      value >= 100 ? value.toFixed(0) : value >= 1 || value === 0 ? value.toFixed(2) : value.toPrecision(2);
    return currency === 'USD' ? `$${digits}` : currency === undefined ? digits : `${digits} ${currency}`;
  };
}

type Money = (value: number) => string;

/**
 * What a run will ask and cost, a line each; the last one is the question.
 *
 * @param isBatch whether the run itself goes by batch
 */
export function forecastLines(forecast: MapForecast, money: Money, isBatch: boolean): readonly string[] {
  const { rows, different, pilot, certified, full, all, against } = forecast;
  const isPriced = pilot.perRow.mean > 0;
  const cost = ({ low, high }: Expected) =>
    money(low) === money(high) ? money(low) : `${money(low)} to ${money(high)}`;
  const table = different < rows ? `${count(different)} different rows` : `${count(rows)} rows`;
  const twice = againWords(certified.again);
  const instead = isPriced ? ` instead of ${money(all.batch)} by batch (${money(all.live)} live)` : '';
  const lines = [
    `pilot: ${count(pilot.asked)} of ${table} asked${different < rows ? `; there are ${count(rows)} with equal ones` : ''}` +
      `${isPriced ? `; a row costs ${money(pilot.perRow.mean)}` : ''}`,
  ];
  if (pilot.unread > 0) lines.push(`  ${count(pilot.unread)} answers couldn't be read as one of the labels`);
  if (pilot.twice > 0)
    lines.push(`  ${count(pilot.flips)} of ${count(pilot.twice)} answers changed when asked again`);
  if (against !== null) {
    lines.push(`nothing is gained: ${against}`);
    if (isAllAsked(forecast)) return lines;
    lines.push(
      `asking all ${count(different)} rows costs ${isPriced ? cost(full.money) : 'as many requests'}${hours(full.hours)}`,
    );
    lines.push('ask all?');
    return lines;
  }
  if (full.chance >= SAID) {
    lines.push(
      `with a chance of ${asPercent(certified.chance, 2)} it is certified: ${range(certified.asked)} rows are asked${twice}` +
        `${isPriced ? `, ${cost(certified.money)}` : ''}${hours(certified.hours)}`,
      `with a chance of ${asPercent(full.chance, 2)} it isn't: all ${count(different)} are asked${againWords(full.again)}` +
        `${isPriced ? `, ${cost(full.money)}` : ''}${hours(full.hours)}`,
    );
  }
  const share = all.live > 0 ? all.batch / all.live : 1;
  if (isPriced && !isBatch && certified.money.middle > all.batch) {
    const { low, high } = certified.money;
    lines.push(
      `asking all by batch costs less than this run: with --batch it costs about ${money(share * low)} to ${money(share * high)}`,
    );
  }
  lines.push(
    `ask ${range(certified.asked)} of ${table}${twice}${isPriced ? `: ${cost(certified.money)}` : ''}${instead}` +
      `${hours(certified.hours)}; go on?`,
  );
  return lines;
}

/** Whether nothing is left to be asked, so that nobody need agree to it. */
export function isAllAsked({ pilot, different }: MapForecast): boolean {
  return pilot.asked >= different;
}

/** Below this chance an outcome isn't said. */
const SAID = 0.05;

/** What came of a run, a line each. */
export function resultLines(
  mapped: Pick<
    MappedRows<never, string>,
    | 'outcome'
    | 'answers'
    | 'certificate'
    | 'asked'
    | 'different'
    | 'counts'
    | 'spent'
    | 'all'
    | 'against'
    | 'stopped'
  >,
  money: Money,
): readonly string[] {
  const { outcome, answers, certificate, asked, different, counts, spent, all, against, stopped } = mapped;
  const { certified, unread, unasked } = counts;
  const total = asked.pilot + asked.training + asked.sample + asked.rest;
  const lines: string[] = [];
  if (certificate?.verdict === 'certified') {
    const { loss, epsilon, delta } = certificate;
    const beyond =
      loss === 'excessDisagreement' ? ', beyond the share on which it differs from itself, asked again' : '';
    lines.push(
      `certified: at most ${asPercent(epsilon)} of these ${count(answers.length)} answers differ from the model's${beyond}, ` +
        `except with probability ${asPercent(delta)}`,
    );
  }
  if (certificate !== null) lines.push(...changedMore(certificate));
  if (against !== null) lines.push(`nothing is gained: ${against}`);
  if (outcome === 'stopped' && stopped !== null) lines.push(`stopped: ${stopped}`);
  if (outcome === 'declined') lines.push('not asked further');
  if (different < answers.length)
    lines.push(`${count(answers.length)} rows, ${count(different)} of them different: these are counted`);
  lines.push(
    `${count(certified)} rows answered by stages; ${count(total)} asked (pilot ${count(asked.pilot)}, training ` +
      `${count(asked.training)}, sample ${count(asked.sample)}, rest ${count(asked.rest)})${againWords(asked.again)}`,
  );
  if (unread > 0) lines.push(`${count(unread)} rows have no answer that could be read`);
  if (unasked > 0) lines.push(`${count(unasked)} rows have no answer yet`);
  if (all.live > 0)
    lines.push(
      `spent ${money(spent)}, where all rows cost ${money(all.batch)} by batch (${money(all.live)} live)`,
    );
  return lines;
}

/** Questions about rows that are counted already. */
function againWords(again: number): string {
  return again === 0 ? '' : `, ${count(again)} of them twice`;
}

function range({ low, high }: Expected): string {
  return low === high ? count(low) : `${count(low)} to ${count(high)}`;
}

function hours(value: number): string {
  if (value < 1 / 60) return '';
  return value < 1 ? `, about ${Math.round(60 * value)} minutes` : `, about ${value.toFixed(1)} hours`;
}
