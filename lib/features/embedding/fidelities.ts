import { OptionError } from '../../errors.js';
import { count } from '../../util/count.js';
import { type FeatureStep, type Fidelities, type FittedFeature, RowView } from '../define/index.js';
import type { Look, Looks } from './inputs.js';
import { proposedLooks } from './proposedLooks.js';

/** The feature in each of its forms. */
export interface Forms<Row> {
  /** Outside of steps. */
  readonly alone: () => FeatureStep<Row>;
  readonly whole: () => FittedFeature<Row>;
  readonly at: (look: Look) => FittedFeature<Row>;
  /** Whether each encoding costs money: then none is proposed. */
  readonly isPaid: boolean;
}

/** Rows whose texts say which sizes are proposed. */
const SAMPLE = 1_000;
/** Beginnings of fewer tokens, or characters, are hardly more than the special ones. */
const FEWEST = { t: 8, '': 32 };

/**
 * An embedding's cheaper versions: by the encoder's first layers, a text's first tokens or characters, or both. They
 * are called `2l`, `32t`, `2l32t`; characters have no letter: `256`, `2l256`.
 */
export function embeddingFidelities<Row>(looks: Looks<Row>, forms: Forms<Row>): Fidelities<Row> {
  const { unit, layers, reads, goesOn } = looks;
  return {
    propose(view, most) {
      if (forms.isPaid) return [];
      const proposed = proposedLooks(looks.sizes(sampleOf(view)), layers, FEWEST[unit], most);
      return proposed.map((look) => nameOf(look, unit));
    },
    inSteps(at) {
      if (at.length === 0) return [forms.alone()];
      const steps = at.map((name) => lookOf(name, looks));
      steps.slice(1).forEach((look, i) => {
        if (!isWithin(steps[i], look))
          throw new OptionError(
            'fidelities',
            `'${at[i]}' reads something that '${at[i + 1]}' doesn't: name the cheapest first, each within the next`,
          );
      });
      return [
        ...steps.map((look) => ({
          reads,
          fitted: forms.at(look),
          handsOn: goesOn && look.size === undefined,
        })),
        { reads, fitted: forms.whole() },
      ];
    },
    inWords: (at) => wordsOf(lookOf(at, looks), unit),
  };
}

/** A batch of its own: what is made of it isn't missing where rows are timed. */
function sampleOf<Row>(view: RowView<Row>): RowView<Row> {
  const { length } = view;
  const rows = Math.min(length, SAMPLE);
  const positions = Int32Array.from({ length: rows }, (_, i) => view.at(Math.floor((i * length) / rows)));
  return RowView.of([...view.select(positions).rows()]);
}

function nameOf({ layers, size }: Look, unit: string): string {
  return `${layers === undefined ? '' : `${layers}l`}${size === undefined ? '' : `${size}${unit}`}`;
}

function wordsOf({ layers, size }: Look, unit: string): string {
  const first = (most: number, of: string) => (most === 1 ? `first ${of}` : `first ${count(most)} ${of}s`);
  const parts = [
    ...(layers === undefined ? [] : [first(layers, 'layer')]),
    ...(size === undefined ? [] : [first(size, unit === 't' ? 'token' : 'character')]),
  ];
  return parts.join(', ');
}

const NAME = /^(?:(?<layers>\d+)l)?(?:(?<size>\d+)(?<unit>t?))?$/;

/** @throws OptionError for a name that is none */
function lookOf<Row>(name: string, { unit, layers }: Looks<Row>): Look {
  const { groups } = NAME.exec(name) ?? {};
  const number = (digits: string | undefined) => (digits === undefined ? undefined : Number(digits));
  const look = { layers: number(groups?.layers), size: number(groups?.size) };
  const isKnown =
    name !== '' &&
    nameOf(look, unit) === name &&
    (look.layers === undefined || (look.layers >= 1 && look.layers < layers)) &&
    (look.size === undefined || look.size >= 1);
  if (isKnown) return look;
  const sizes = unit === 't' ? "'32t' for 32 tokens" : "'256' for 256 characters";
  const steps =
    layers > 1 ? `'1l' to '${layers - 1}l' for first layers, ${sizes}, or both in this order` : sizes;
  throw new OptionError('fidelities', `expected names such as ${steps}, got '${name}'`);
}

/** Whether one look reads less than another, and nothing else. */
function isWithin(one: Look, other: Look): boolean {
  const { layers = Number.POSITIVE_INFINITY, size = Number.POSITIVE_INFINITY } = one;
  const { layers: moreLayers = Number.POSITIVE_INFINITY, size: more = Number.POSITIVE_INFINITY } = other;
  return layers <= moreLayers && size <= more && (layers < moreLayers || size < more);
}
