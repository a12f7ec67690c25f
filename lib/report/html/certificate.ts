import { type Charts, isOfBand } from '../charts/index.js';
import type { ReportData } from '../data/index.js';
import {
  allowed,
  certificateFacts,
  changesTable,
  cost,
  costHead,
  gain,
  percent,
  times,
} from '../words/index.js';
import { breakable, figure, html, htmlTable, type Markup } from './markup.js';
import type { Shown } from './plan.js';

/** The evidence of the promise, as a list of terms. */
export function facts({ certificate, unit }: Shown): Markup {
  return html`${certificateFacts(certificate, unit).map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}`;
}

/** Which answers change: the full model's, and the cascade's instead. */
export function changes({ certificate: { changes: all } }: Shown): Markup | undefined {
  if (all === undefined) return undefined;
  const { heads, rows, aside } = changesTable(all);
  return html`<h3>Which answers change</h3>
${htmlTable(
  'Certification rows by the full model’s answer, and what the cascade answers instead; the worst first.',
  heads,
  rows.map(([full, ...cells]) => [
    breakable(full),
    ...cells.map((cell) => (typeof cell === 'string' ? cell : cell.join(' '))),
  ]),
  1,
)}
<p class="aside">${aside}</p>`;
}

/** The certificate beside the frontier of other epsilons. */
export function certificate(data: ReportData, charts: Charts): Markup {
  const { frontier, unit, expected } = data;
  const { scale } = data.certificate;
  const own = isOfBand(data);
  const alone = `The plan that is served was tested for ${allowed(data.certificate)} alone, and is another: ${gain(expected.speedup, unit)} expected.`;
  return html`<section>
<h2>Certificate</h2>
<div class="pair">
<div>
<p class="aside">What stands behind the promise above.</p>
<dl class="facts" data-live="facts">${facts(data)}</dl>
</div>
${
  frontier.length === 0
    ? html`<p class="aside">There is no frontier: no plan was tested, or this loss has none. Name further epsilons in bound.also to have their limits too.</p>`
    : html`<div>${figure('What any other epsilon would buy', charts.frontier)}
<p class="aside">The line is what one band certifies for all epsilons together.${own ? '' : ` ${alone}`}</p></div>`
}
</div>
<div data-live="changes">${changes(data)}</div>
${
  frontier.length > 0
    ? html`<details><summary>The frontier in numbers</summary>${htmlTable(
        `The cheapest plan certified for each epsilon; one band holds for all of them at once.${own ? '' : ` ${alone}`}`,
        [
          scale === undefined ? 'Epsilon' : 'Mean difference',
          costHead(unit),
          unit === 'price' ? 'Times cheaper' : 'Speedup',
          '',
        ],
        frontier.map((point) => [
          scale === undefined ? percent(point.epsilon, 2) : allowed({ epsilon: point.epsilon, scale }),
          cost(point.cost, unit),
          times(point.speedup),
          point.chosen && own ? html`<span class="mark">served</span>` : '',
        ]),
        1,
      )}</details>`
    : undefined
}
</section>`;
}
