import {
  type ReportChoice,
  type ReportData,
  type ReportExit,
  STAGE_COLUMNS,
  type StageCell,
} from '../data/index.js';
import {
  allThresholdWords,
  clean,
  cost,
  costHead,
  costName,
  costShares,
  isNumber,
  isShortened,
  percent,
  stageWords,
} from '../words/index.js';
import { breakable, html, htmlTable, type Markup } from './markup.js';

/** A plan and its promise, as the page shows those that are served or that the slider chooses. */
export type Shown = Pick<ReportChoice, 'verdict' | 'promise' | 'stages' | 'expected' | 'certificate'> &
  Pick<ReportData, 'unit' | 'decision'> & {
    readonly exits?: ReportData['exits'] | undefined;
    readonly measured?: ReportData['measured'] | undefined;
  };

/** The stages as a picture and a table, with the exit scores that were tried. */
export function planSection(data: Shown): Markup {
  const { stages, unit, decision } = data;
  if (stages.length === 0) {
    return html`<h2>Plan</h2><p>No stages: the full model answers every row.</p>`;
  }
  const shares = costShares(stages);
  const rows = stages.map((stage, i) => STAGE_COLUMNS.map(({ cell }) => cell(stage, shares[i])));
  return html`<h2>The rows’ way through the stages</h2>
<p class="aside">Each bar is as wide as the share of rows that reach its stage. What a stage isn’t sure of falls through to the next.</p>
${decision === undefined ? undefined : html`<p>${clean(decision)}</p>`}
${funnel(data)}
${htmlTable(
  'The plan: what each stage reads, when a row leaves it, and what that costs.',
  STAGE_COLUMNS.map(({ head }) => capital(head(costName(unit)))),
  rows.map((row) => row.map((cell) => shown(cell, unit))),
  rows[0].filter((cell) => !isNumber(cell)).length,
)}
${thresholds(stages)}
${data.exits?.length ? exits(data.exits, unit) : undefined}`;
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

function shown(cell: StageCell, unit: string): string | readonly Markup[] {
  if ('name' in cell) return breakable(cell.name);
  if ('names' in cell) return cell.names.map(clean).join(', ');
  const words = stageWords(cell, unit);
  return typeof words === 'string' ? words : words.map((each) => html`<span class="whole">${each}</span> `);
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

function exits(all: readonly ReportExit[], unit: string): Markup {
  return html`<details><summary>Other exit scores that were tried</summary>${htmlTable(
    'What a row would cost with each, estimated on the tuning rows. Among those that come close, the ' +
      'simplest is taken.',
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

/**
 * The rows' way through the stages, on any screen down to a phone's. A bar is as wide as the share
 * that reaches its stage; the part that goes on is as wide as the bar below and right above it.
 */
function funnel({ stages, unit }: Pick<ReportData, 'stages' | 'unit'>): Markup {
  const shares = costShares(stages);
  return html`<ol class="funnel">${stages.map(({ name, features, rounds, reach, exits, cost: each }, i) => {
    const passes = Math.max(0, reach - exits);
    const last = i === stages.length - 1;
    return html`
<li>
<div class="stage">${clean(name)}<small>${features.map(clean).join(', ')}${rounds ? `, ${rounds}` : ''}</small></div>
<div class="bar" aria-hidden="true"><i class="on" style="width:${width(passes)}"></i><i class="out${last ? ' full' : ''}" style="width:${width(exits)}"></i></div>
<div class="fall"><b>${percent(reach)}</b> of rows get here, <b>${percent(exits)}</b> are answered</div>
<div class="spent"><i aria-hidden="true"><i style="width:${width(shares[i])}"></i></i><span>${percent(shares[i])} of the ${costName(unit)}<small>${cost(each, unit)} a row here</small></span></div>
</li>`;
  })}</ol>
<p class="key" aria-hidden="true"><span><i style="background:var(--accent)"></i>answered here</span><span><i style="background:var(--wash)"></i>passed on</span><span><i style="background:var(--warm)"></i>answered by the last stage</span></p>`;
}

function width(share: number): string {
  return `${Number((Math.min(1, Math.max(0, share)) * 100).toFixed(3))}%`;
}
