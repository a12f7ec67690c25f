import type { ReportChoice, ReportData } from '../data/index.js';
import { chosenPercent, times } from '../words/index.js';
import { html, type Markup } from './markup.js';

/** What the page shows of one plan, by the place that it goes to. */
export interface Parts {
  readonly verdict: Markup;
  readonly lead: Markup;
  readonly figures: Markup;
  readonly plan: Markup;
  readonly facts: Markup;
}

/** A slider over the epsilons that the band may be asked for. Hidden until the script that moves it runs. */
export function chooser({
  choices = [],
  certificate: { epsilon, delta, jointDelta },
}: ReportData): Markup | undefined {
  if (choices.length < 2) return undefined;
  const at = choices.findIndex((choice) => choice.epsilon === epsilon);
  const label = `${chosenPercent(epsilon)}, as served`;
  return html`<section class="chooser" aria-labelledby="chooser-title" hidden>
<h2 id="chooser-title">Another epsilon</h2>
<div class="slide">
<label for="epsilon">Loss allowed</label>
<input type="range" id="epsilon" min="0" max="${choices.length - 1}" step="1" value="${Math.max(0, at)}" aria-valuetext="${label}" aria-describedby="chooser-aside">
<output id="epsilon-said" for="epsilon">${label}</output>
<button type="button" id="as-served" disabled>As served</button>
</div>
<p class="aside" id="chooser-aside">Promise, plan, certificate and the dot on the frontier follow. ${jointDelta === undefined ? listed(delta) : banded(delta, jointDelta)}
<code>cascade.retune({ epsilon })</code> serves what you see.</p>
</section>`;
}

/** Of any epsilon, chosen after looking. */
function banded(delta: number, jointDelta: number): string {
  return (
    'One band of limits stands behind every stop of the slider, so that it may be moved after looking; it is wider than the limit behind the plan that is served, ' +
    'and may certify a more conservative plan for the same epsilon. ' +
    `Its limits hold together with ${chosenPercent(1 - delta)} confidence, and together with the certificate as well with ${chosenPercent(1 - jointDelta)}: ` +
    'count on that if you choose between the plan as served and one of these.'
  );
}

/** Of those that were named before any row was looked at. */
function listed(delta: number): string {
  return (
    'The stops are the epsilons that were named before the rows were opened. They were tested with a share of delta each, ' +
    `so that all of them hold together with ${chosenPercent(1 - delta)} confidence, whichever you choose.`
  );
}

/** The parts of every choice, ready to be put in place. @param at where a choice stands in the picture of the frontier */
export function templates(
  choices: readonly ReportChoice[],
  partsOf: (choice: ReportChoice) => Parts,
  at: (choice: ReportChoice) => { readonly x: number; readonly y: number },
): Markup {
  return html`${choices.map((choice) => {
    const { x, y } = at(choice);
    const parts = Object.entries(partsOf(choice));
    const label = `at most ${chosenPercent(choice.epsilon)}: ${times(choice.expected.speedup)} expected`;
    return html`<template data-epsilon="${choice.epsilon}" data-said="${label}" data-x="${x}" data-y="${y}">${parts.map(
      ([name, part]) => html`<div data-part="${name}">${part}</div>`,
    )}</template>
`;
  })}`;
}
