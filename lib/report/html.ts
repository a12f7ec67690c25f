import type { Load } from '../optional.js';
import { type Charts, drawCharts, isOfBand } from './charts.js';
import { chooser, type Parts, templates } from './chooser.js';
import type { ReportChoice, ReportData, ReportExit, ReportSubset } from './data.js';
import { chosenPercent, clean, cost, count, percent, points, times } from './format.js';
import { funnel } from './funnel.js';
import { html, type Markup, trusted } from './markup.js';
import { page } from './page.js';
import { hardest, reliability, spending } from './rows.js';
import { script } from './script.js';
import { table } from './table.js';
import { certificateFacts, costShares, thresholdWords, verdictWords } from './words.js';

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
${data.measured && measured(data.measured)}
${features(data, charts)}
${data.spending?.length ? spending(data.spending, data.stages) : undefined}
${data.subsets.length > 0 ? subsets(data, charts) : undefined}
${data.reliability && reliability(data.reliability, charts.reliability)}
${data.hardest?.length ? hardest(data.hardest) : undefined}
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
  certificate: { upper, isSimultaneous, all },
  stages,
  measured: seen,
}: Shown) {
  const last = stages.at(-1);
  const early = last === undefined ? 0 : 1 - last.reach;
  return [
    seen === undefined
      ? ['times the full model’s speed, expected', times(expected.speedup)]
      : [`times the full model’s speed, measured; ${times(expected.speedup)} expected`, times(seen.speedup)],
    [
      html`a row expected; <span class="whole">${cost(expected.fullCost, unit)}</span> for the full model`,
      cost(expected.cost, unit),
    ],
    ['of rows answered before the last stage', percent(early)],
    ...(upper === null || all
      ? []
      : [[`upper limit of the loss${isSimultaneous ? '' : ', pointwise'}`, percent(upper, 2)]]),
  ] as const;
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
  ['Stage', 'Features', 'Model', 'Exits when', 'Reach', 'Exit', 'Cost a row', 'Of cost'],
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
${data.exits?.length ? exits(data.exits, unit) : undefined}`;
}

function exits(all: readonly ReportExit[], unit: string): Markup {
  return html`<details><summary>Other exit scores that were tried</summary>${table(
    'What a row would cost with each, at the loss that may be expected to pass: of those that come close, the simplest is taken.',
    ['Stage', 'Exit score', 'Cost a row', ''],
    all.map(({ stage, score, cost: each, chosen }) => [
      clean(stage),
      clean(score),
      cost(each, unit),
      chosen ? html`<span class="mark">chosen</span>` : '',
    ]),
    2,
  )}</details>`;
}

function facts({ certificate }: Shown): Markup {
  return html`${certificateFacts(certificate).map(([term, value]) => html`<dt>${term}</dt><dd>${value}</dd>`)}`;
}

function certificate(data: ReportData, charts: Charts): Markup {
  const { frontier, unit, expected } = data;
  const own = isOfBand(data);
  const alone = `The plan that is served was tested for ${chosenPercent(data.certificate.epsilon)} alone, and is another: ${times(expected.speedup)} expected.`;
  return html`<section>
<h2>Certificate</h2>
<div class="pair">
<div>
<p class="aside">What stands behind the promise above.</p>
<dl class="facts" data-live="facts">${facts(data)}</dl>
</div>
${
  frontier.length === 0
    ? html`<p class="aside">There is no frontier: either nothing was tested, or what is promised isn’t one loss of accuracy, disagreement or harm over rows.</p>`
    : html`<div>${figure('What any other epsilon would buy', charts.frontier)}
<p class="aside">The line is what one band certifies for all epsilons together.${own ? '' : ` ${alone}`}</p></div>`
}
</div>
${
  frontier.length > 0
    ? html`<details><summary>The frontier in numbers</summary>${table(
        `The cheapest plan certified for each epsilon; one band holds for all of them at once.${own ? '' : ` ${alone}`}`,
        ['Epsilon', 'Cost a row', 'Speedup', ''],
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

function measured({
  rows,
  full,
  cascade,
  speedup,
  predictedSpeedup,
}: NonNullable<ReportData['measured']>): Markup {
  return html`<section>
<h2>Measured</h2>
<p class="aside">${times(speedup)} measured, the median of the rounds’ own ratios; ${times(predictedSpeedup)} predicted.</p>
<div class="narrow">${table(
    `Full model and cascade on the same ${count(rows)} rows, features included.`,
    ['', 'Rows a second', 'Accuracy', 'Disagreement'],
    [
      ['Full model', count(full.rowsPerSecond), percent(full.accuracy, 2), percent(full.disagreement, 2)],
      [
        'Cascade',
        count(cascade.rowsPerSecond),
        percent(cascade.accuracy, 2),
        percent(cascade.disagreement, 2),
      ],
      ['Change', times(speedup), `${points(cascade.accuracy - full.accuracy)} points`, ''],
    ],
    1,
  )}</div>
</section>`;
}

function features({ features: all, unit }: ReportData, charts: Charts): Markup {
  const known = all.some(({ importance }) => importance !== undefined);
  const rows = table(
    `Cost a row with its spread (interquartile range)${known ? '; importance in points of accuracy lost when the feature is shuffled, with its standard deviation' : ''}.`,
    ['Feature', 'Cost a row', 'Spread', ...(known ? ['Importance'] : [])],
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

function subsets({ subsets: all, unit }: ReportData, charts: Charts): Markup {
  const chosen = all.filter((subset) => subset.chosen);
  const row = ({ features: names, learner, target, cost: each, agreement, alone }: ReportSubset) => [
    names.map(clean).join(' + '),
    `${clean(learner)} on ${clean(target)}`,
    cost(each, unit),
    percent(agreement, 2),
    alone === undefined ? '–' : cost(alone, unit),
  ];
  const heads = ['Subset', 'Model', 'Cost a row', 'Agreement', 'Cascade of it alone'];
  const used = html`<span class="mark">chosen</span>`;
  return html`<section>
<h2>Subsets that were tried</h2>
<p class="aside">A subset’s agreement is the share of rows on which its model alone answers like the full model; for regression it is 1 less its mean loss.</p>
<div class="pair">
${figure('Agreement against cost', charts.subsets)}
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
