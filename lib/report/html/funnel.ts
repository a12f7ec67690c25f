import type { ReportData } from '../data/index.js';
import { clean, cost, costName, costShares, percent } from '../words/index.js';
import { html, type Markup } from './markup.js';

/**
 * The rows' way through the stages, on any screen down to a phone's. A bar is as wide as the share
 * that reaches its stage; the part that goes on is as wide as the bar below and right above it.
 */
export function funnel({ stages, unit }: Pick<ReportData, 'stages' | 'unit'>): Markup {
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
