import { textDigest } from '../../util/digest.js';

/**
 * The page's only script: the slider swaps the parts of a choice, which are prepared in templates,
 * for those of the served plan. Written as it runs; nothing is computed here.
 */
export const reportScript = `
const slider = document.querySelector('#epsilon');
const said = document.querySelector('#epsilon-said');
const back = document.querySelector('#as-served');
const here = document.querySelector('#here');
const choices = [...document.querySelectorAll('template[data-epsilon]')];
const live = [...document.querySelectorAll('[data-live]')];
const served = live.map((part) => part.innerHTML);
const words = said.textContent;
const at = slider.value;
const show = (choice) => {
  for (const [i, part] of live.entries()) {
    const other = choice && choice.content.querySelector('[data-part="' + part.dataset.live + '"]');
    part.innerHTML = choice ? (other ? other.innerHTML : '') : served[i];
  }
  said.textContent = choice ? choice.dataset.said : words;
  slider.setAttribute('aria-valuetext', said.textContent);
  back.disabled = !choice;
  if (here) {
    here.setAttribute('visibility', choice ? 'visible' : 'hidden');
    if (choice) { here.setAttribute('cx', choice.dataset.x); here.setAttribute('cy', choice.dataset.y); }
  }
};
slider.addEventListener('input', () => show(choices[Number(slider.value)]));
back.addEventListener('click', () => { slider.value = at; show(null); slider.focus(); });
document.querySelector('.chooser').hidden = false;
show(null);
`;

/** The source expression by which a content security policy allows a script: its hash. */
export function hashOf(text: string): string {
  const bytes = textDigest(text).match(/../g) ?? [];
  return `sha256-${btoa(String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16))))}`;
}
