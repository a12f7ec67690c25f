import type { ReportChoice, ReportData } from '../data/index.js';
import { allowed, asPercent, times } from '../words/index.js';
import { html, type Markup } from './markup.js';

/** The page's view of one plan, by the place that it goes to. */
export interface Parts {
  readonly verdict: Markup;
  readonly lead: Markup;
  readonly figures: Markup;
  readonly plan: Markup;
  readonly facts: Markup;
  readonly changes: Markup;
}

/** A slider over the epsilons that the band certifies. Hidden until the script that moves it runs. */
export function epsilonSlider({
  choices = [],
  certificate: { epsilon, scale, delta, jointDelta },
}: ReportData): Markup | undefined {
  if (choices.length < 2) return undefined;
  const at = choices.findIndex((choice) => choice.epsilon === epsilon);
  const label = `${allowed({ epsilon, ...(scale !== undefined && { scale }) })}, as served`;
  return html`<section class="chooser" aria-labelledby="chooser-title" hidden>
<h2 id="chooser-title">${scale === undefined ? 'Another epsilon' : 'Another mean difference'}</h2>
<div class="slide">
<label for="epsilon">Loss allowed</label>
<input type="range" id="epsilon" min="0" max="${choices.length - 1}" step="1" value="${Math.max(0, at)}" aria-valuetext="${label}" aria-describedby="chooser-aside">
<output id="epsilon-said" for="epsilon">${label}</output>
<button type="button" id="as-served" disabled>As served</button>
</div>
<p class="aside" id="chooser-aside">Certificate, plan and the dot on the frontier follow the slider. ${jointDelta === undefined ? listed(delta) : banded(delta, jointDelta)}
<code>cascade.retune({ ${scale === undefined ? 'epsilon' : 'atMost'} })</code> serves what you see.</p>
</section>`;
}

/** Any epsilon may be chosen after looking. */
function banded(delta: number, jointDelta: number): string {
  return (
    'One band of limits covers every stop of the slider, so you may choose after looking. It is wider than the limit of the served plan, ' +
    'and may certify a more conservative plan for the same epsilon. ' +
    `All limits of the band hold together with ${asPercent(1 - delta)} confidence. The band and the certificate of the served plan hold together ` +
    `with ${asPercent(1 - jointDelta)} confidence: use that figure if you choose between them.`
  );
}

/** Only the epsilons that were named before any row was opened. */
function listed(delta: number): string {
  return (
    'The stops are the epsilons that were named before any row was opened. Each was tested with a share of delta, ' +
    `so all of them hold together with ${asPercent(1 - delta)} confidence, whichever you choose.`
  );
}

/**
 * The parts of every choice, ready to be put in place. @param at where a choice stands in the picture of the frontier
 */
export function templates(
  choices: readonly ReportChoice[],
  partsOf: (choice: ReportChoice) => Parts,
  at: (choice: ReportChoice) => { readonly x: number; readonly y: number },
): Markup {
  return html`${choices.map((choice) => {
    const { x, y } = at(choice);
    const parts = Object.entries(partsOf(choice));
    const label = `at most ${allowed(choice.certificate)}: ${times(choice.expected.speedup)} expected`;
    return html`<template data-epsilon="${choice.epsilon}" data-said="${label}" data-x="${x}" data-y="${y}">${parts.map(
      ([name, part]) => html`<div data-part="${name}">${part}</div>`,
    )}</template>
`;
  })}`;
}
