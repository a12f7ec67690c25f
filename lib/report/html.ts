import type { Load } from '../optional.js';
import { type Charts, drawCharts, isOfBand } from './charts.js';
import { chooser, type Parts, templates } from './chooser.js';
import type { ReportChoice, ReportData, ReportExit, ReportSubset } from './data.js';
import { amount, chosenPercent, clean, cost, count, percent, points, times } from './format.js';
import { funnel } from './funnel.js';
import { html, type Markup, trusted } from './markup.js';
import { measuredWords } from './measured.js';
import { page } from './page.js';
import { hardest, reliability, spending } from './rows.js';
import { script } from './script.js';
import { table } from './table.js';
import {
  allThresholdWords,
  certificateFacts,
  costName,
  costShares,
  gain,
  isShortened,
  qualityOf,
  thresholdWords,
  verdictWords,
} from './words.js';

/**
 * A tuning as one HTML page that needs nothing else: no network, no font. It follows the reader's colour scheme and fits a
 * phone. The one script that it may run moves the slider; without it the page says the same of the plan that is served.
 *
 * ```ts
 * await writeFile('report.html', await htmlReport(data));
 * ```
 *
 * @param load how the optional packages are imported; only tests have a reason to give it.
 * @throws MissingPackage when `@observablehq/plot` or `linkedom`, which draw the pictures, aren't installed.
 */
export async function htmlReport(data: ReportData, load?: Load): Promise<string> {
  const charts = await drawCharts(data, load);
  const slider = chooser(data);
  return page({
    title: data.title,
    main: html`${header(data)}
${slider}
<section data-live="plan">${plan(data)}</section>
${certificate(data, charts)}
${data.measured && measured(data.measured, data.unit)}
${features(data, charts)}
${data.spending?.length ? spending(data.spending, data.stages) : undefined}
${data.subsets.length > 0 ? subsets(data, charts) : undefined}
${data.reliability && reliability(data.reliability, charts.reliability)}
${data.hardest?.length ? hardest(data.hardest, data.isRegression) : undefined}
${data.notes.length > 0 ? notes(data.notes) : undefined}`,
    spare:
      slider &&
      templates(
        data.choices ?? [],
        (choice) => partsOf({ ...data, ...choice, measured: undefined, exits: [] }),
        charts.at,
      ),
    script: slider && script,
  });
}

/** What the slider changes. */
function partsOf(data: Shown): Parts {
  return {
    verdict: verdict(data),
    lead: html`${clean(data.promise)}`,
    figures: figureList(data),
    plan: plan(data),
    facts: facts(data),
  };
}

/** What those parts are made from. */
type Shown = Pick<ReportChoice, 'verdict' | 'promise' | 'stages' | 'expected' | 'certificate'> &
  Pick<ReportData, 'unit'> & {
    readonly exits?: ReportData['exits'] | undefined;
    readonly measured?: ReportData['measured'] | undefined;
  };

function header(data: ReportData): Markup {
  return html`<header>
<div class="overline"><span data-live="verdict">${verdict(data)}</span><span>spillway report</span></div>
<h1>${clean(data.title)}</h1>
<p class="lead" data-live="lead">${clean(data.promise)}</p>
<dl class="figures" data-live="figures">${figureList(data)}</dl>
</header>`;
}

function verdict(data: Shown): Markup {
  return html`<span class="verdict ${data.verdict}">${verdictWords(data.verdict)}</span>`;
}

function figureList(data: Shown): Markup {
  return html`${figures(data).map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}`;
}

function figures({
  expected,
  unit,
  certificate: { upper, isSimultaneous, all, scale, quality },
  stages,
  measured: seen,
}: Shown) {
  const last = stages.at(-1);
  const early = last === undefined ? 0 : 1 - last.reach;
  const isPrice = unit === 'price';
  const saved = isPrice ? 'lower price than the full model' : 'speedup over the full model';
  const predicted = `${times(expected.speedup)} expected`;
  const found = seen === undefined ? undefined : isPrice ? priceRatio(seen) : seen.speedup;
  const most = upper === null ? '' : scale === undefined ? percent(upper, 2) : amount(scale * upper);
  return [
    found === undefined
      ? [`${saved}, expected`, times(expected.speedup)]
      : [`${saved}, measured; ${predicted}`, times(found)],
    [
      html`expected ${costName(unit)} of a row; <span class="whole">${cost(expected.fullCost, unit)}</span> for the full model`,
      cost(expected.cost, unit),
    ],
    ['of rows answered before the last stage', percent(early)],
    ...(quality?.cascade === undefined
      ? []
      : [
          [
            `${quality.kind} by the labels; ${qualityOf(quality.kind, quality.full)} for the full model, ${qualityOf(quality.kind, quality.constant)} for a constant answer`,
            qualityOf(quality.kind, quality.cascade),
          ],
        ]),
    ...(upper === null || all
      ? []
      : [
          [
            `upper limit of the ${scale === undefined ? 'loss' : 'mean difference'}${isSimultaneous ? '' : ', for this plan alone'}`,
            most,
          ],
        ]),
  ] as const;
}

/** How many times cheaper rows were; NaN where no price was measured. */
function priceRatio({ price }: NonNullable<ReportData['measured']>): number {
  return price ? price.full / price.cascade : Number.NaN;
}

function plan(data: Shown): Markup {
  const { stages, unit } = data;
  if (stages.length === 0) {
    return html`<h2>Plan</h2><p>No stages: the full model answers every row.</p>`;
  }
  const shares = costShares(stages);
  return html`<h2>The rows’ way through the stages</h2>
<p class="aside">Each bar is as wide as the share of rows that reach its stage. What a stage isn’t sure of falls through to the next.</p>
${funnel(data)}
${table(
  'The plan: what each stage reads, when a row leaves it, and what that costs.',
  ['Stage', 'Features', 'Model', 'Exits when', 'Reach', 'Exit', costHead(unit), `Of ${costName(unit)}`],
  stages.map((stage, i) => [
    breakable(stage.name),
    stage.features.map(clean).join(', '),
    `${clean(stage.learner)}${stage.rounds ? `, ${stage.rounds},` : ''} on ${clean(stage.target)}`,
    stage.thresholds.length === 0
      ? 'always'
      : thresholdWords(stage.thresholds).map((words) => html`<span class="whole">${words}</span> `),
    percent(stage.reach),
    percent(stage.exits),
    cost(stage.cost, unit),
    percent(shares[i]),
  ]),
  4,
)}
${thresholds(stages)}
${data.exits?.length ? exits(data.exits, unit) : undefined}`;
}

/** Every class's threshold, where the plan's table has no room for them. */
function thresholds(stages: Shown['stages']): Markup | undefined {
  const long = stages.filter((stage) => isShortened(stage.thresholds));
  if (long.length === 0) return undefined;
  return html`<details><summary>The threshold of every class</summary>${long.map(
    (stage) =>
      html`<p><b>${clean(stage.name)}</b> ${allThresholdWords(stage.thresholds).map((words) => html`<span class="whole threshold">${words}</span> `)}</p>`,
  )}</details>`;
}

function costHead(unit: string): string {
  return unit === 'price' ? 'Price a row' : 'Cost a row';
}

function exits(all: readonly ReportExit[], unit: string): Markup {
  return html`<details><summary>Other exit scores that were tried</summary>${table(
    'What a row would cost with each, at the loss that may be expected to pass: of those that come close, the simplest is taken.',
    ['Stage', 'Exit score', costHead(unit), ''],
    all.map(({ stage, score, cost: each, chosen }) => [
      clean(stage),
      clean(score),
      cost(each, unit),
      chosen ? html`<span class="mark">chosen</span>` : '',
    ]),
    2,
  )}</details>`;
}

function facts({ certificate, unit }: Shown): Markup {
  return html`${certificateFacts(certificate, unit).map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}`;
}

function certificate(data: ReportData, charts: Charts): Markup {
  const { frontier, unit, expected } = data;
  const own = isOfBand(data);
  const alone = `The plan that is served was tested for ${chosenPercent(data.certificate.epsilon)} alone, and is another: ${gain(expected.speedup, unit)} expected.`;
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
${
  frontier.length > 0
    ? html`<details><summary>The frontier in numbers</summary>${table(
        `The cheapest plan certified for each epsilon; one band holds for all of them at once.${own ? '' : ` ${alone}`}`,
        ['Epsilon', costHead(unit), unit === 'price' ? 'Times cheaper' : 'Speedup', ''],
        frontier.map((point) => [
          percent(point.epsilon, 2),
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

function measured(found: NonNullable<ReportData['measured']>, unit: string): Markup {
  const { heads, rows, sentences } = measuredWords(found);
  const [time, ...others] = sentences;
  // What the plan is cheap in comes first.
  const ordered = unit === 'price' && found.price ? [others[0], time, ...others.slice(1)] : sentences;
  return html`<section>
<h2>Measured</h2>
<ul class="found">${ordered.map((sentence) => html`<li>${upper(sentence)}</li>`)}</ul>
<div class="narrow">${table(
    `Full model and cascade on the same ${count(found.rows)} rows, features included; medians of several rounds.`,
    heads,
    rows,
    1,
  )}</div>
</section>`;
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function features({ features: all, unit, isRegression }: ReportData, charts: Charts): Markup {
  const known = all.some(({ importance }) => importance !== undefined);
  const rows = table(
    `${costHead(unit)} with its spread (interquartile range)${known ? `; importance in points of ${isRegression ? 'R²' : 'accuracy'} lost when the feature is shuffled, with its standard deviation` : ''}.`,
    ['Feature', costHead(unit), 'Spread', ...(known ? ['Importance'] : [])],
    all.map(({ name, cost: each, costSpread, importance }) => [
      breakable(name),
      cost(each, unit),
      percent(costSpread),
      ...(known ? [importance ? `${points(importance.mean)} ± ${points(importance.spread)}` : '–'] : []),
    ]),
    1,
  );
  return html`<section>
<h2>Features: what they cost and what they are worth</h2>
${charts.features === undefined ? html`<div class="narrow">${rows}</div>` : html`<div class="pair">${figure('Importance against cost', charts.features)}<div>${rows}</div></div>`}
</section>`;
}

function subsets({ subsets: all, unit, isRegression }: ReportData, charts: Charts): Markup {
  const chosen = all.filter((subset) => subset.chosen);
  const row = ({ features: names, learner, target, cost: each, agreement, alone }: ReportSubset) => [
    names.map(clean).join(' + '),
    `${clean(learner)} on ${clean(target)}`,
    cost(each, unit),
    percent(agreement, 2),
    alone === undefined ? '–' : cost(alone, unit),
  ];
  const heads = [
    'Subset',
    'Model',
    costHead(unit),
    isRegression ? '1 − mean loss' : 'Agreement',
    'Cascade of it alone',
  ];
  const used = html`<span class="mark">chosen</span>`;
  return html`<section>
<h2>Subsets that were tried</h2>
<p class="aside">${isRegression ? '1 − mean loss is what is left of 1 where the subset’s model alone answers every tuning row: 1 where it always answers like the full model.' : 'A subset’s agreement is the share of tuning rows on which nothing is lost where its model alone answers.'}</p>
<div class="pair">
${figure(isRegression ? 'Mean loss against cost' : 'Agreement against cost', charts.subsets)}
<div>${
    chosen.length > 0
      ? table(
          'Those that the plan uses.',
          heads.slice(0, 4),
          chosen.map((each) => row(each).slice(0, 4)),
          2,
        )
      : html`<p>The plan uses none of them.</p>`
  }</div>
</div>
<details><summary>All ${count(all.length)} in numbers</summary>${table(
    'Every subset that was tried as a stage.',
    [...heads, ''],
    all.map((subset) => [...row(subset), subset.chosen ? used : '']),
    2,
  )}</details>
</section>`;
}

function notes(all: readonly string[]): Markup {
  return html`<section>
<h2>Notes</h2>
<ul class="notes">${all.map((note) => html`<li>${clean(note)}</li>`)}</ul>
</section>`;
}

function figure(caption: string, svg: string | undefined): Markup {
  return html`<figure><figcaption>${caption}</figcaption>${svg === undefined ? undefined : trusted(svg)}</figure>`;
}

/** A name that may go on in the next line after a joint of its own, such as the plus of `subject+lede`. */
function breakable(name: string): readonly Markup[] {
  return clean(name)
    .split(/(?<=[+/,_.-])/u)
    .map((part, i) => (i === 0 ? html`${part}` : html`<wbr>${part}`));
}
