import { random } from '../../lib/stats/index.js';

/** The table that the tabular guide reads, as a program somewhere wrote it: quotes, commas, line breaks and empty cells. */

const HEAD = ['id', 'signed_up', 'plan', 'region', 'age', 'fee', 'calls', 'minutes', 'note', 'churned'];
const PLANS = ['basic', 'family', 'pro', ''];
const REGIONS = ['Cork, Ireland', 'Oslo', 'Bern', 'Turin', 'Graz', 'Lyon', 'Porto', 'Ghent'];
const NOTES = [
  '',
  'asked for a "better price", twice',
  'moves house\nin May',
  'pays late, "as always"',
  'happy',
];
const DAYS = 60;
const YEARS = 5;

/** The text of a CSV file: a head, and one customer a line, the oldest first. */
export function customersCsv(count: number, seed: number): string {
  const draw = random(seed).fork('customers');
  const lines = Array.from({ length: count }, (_, i) => {
    const days = ((count - i) / count) * 365 * YEARS;
    const signedUp = draw.uniform() < 0.04 ? undefined : new Date(Date.UTC(2026, 0, 1) - days * 864e5);
    const plan = draw.integer(PLANS.length);
    const age = draw.uniform() < 0.15 ? undefined : Math.max(18, Math.round(45 + 14 * draw.normal()));
    const fee = draw.uniform() < 0.05 ? undefined : 10 + 8 * plan + 6 * draw.uniform();
    const calls = Math.floor(5 * draw.uniform() ** 2);
    const trend = draw.normal();
    const use = 20 + 10 * draw.uniform();
    const minutes = Array.from({ length: DAYS }, (_, day) => {
      const today = use * (1 + 0.6 * trend * (day / DAYS - 0.5)) + 4 * draw.normal();
      return draw.uniform() < 0.02 ? '' : String(Math.max(0, Math.round(today)));
    });
    const risk =
      (age === undefined ? 1.5 : (45 - age) / 20) +
      1.4 * (calls - 1.5) +
      (plan === 3 ? 1.5 : plan === 1 ? -1.5 : 0) +
      (days < 365 ? 1.5 : -0.5) -
      1.2 * trend +
      0.5 * draw.normal();
    return [
      String(i + 1),
      signedUp?.toISOString().slice(0, 10) ?? '',
      PLANS[plan],
      REGIONS[draw.integer(REGIONS.length)],
      age?.toString() ?? '',
      fee?.toFixed(2) ?? '',
      String(calls),
      minutes.join(' '),
      NOTES[draw.integer(NOTES.length)],
      risk > 1.5 ? 'yes' : 'no',
    ]
      .map(cellOf)
      .join(',');
  });
  return `${[HEAD.join(','), ...lines].join('\r\n')}\r\n`;
}

function cellOf(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
