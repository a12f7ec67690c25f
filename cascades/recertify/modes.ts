import { checkKeys, checkWhole, show } from '../../lib/check.js';
import { OptionError } from '../../lib/errors.js';
import { grouped } from '../../lib/util/count.js';
import { frozen } from '../../lib/util/frozen.js';
import { isPromised, isVacuous, refuseVacuousAt } from '../certification/index.js';
import { expectedCost } from '../costs/index.js';
import { inWords, limitWords, shareAsked } from '../losses/index.js';
import { type CascadeParts, type FurtherMode, type ModeSet, usesOf } from '../plan/index.js';
import type { Label, Mode, ServedStage } from '../types/index.js';
import {
  type Choice,
  type Choosable,
  choiceAt,
  chosen,
  evidenceOf,
  isChoosable,
  testedOf,
} from './choice.js';

/** The limits of modes: shares of rows, or for `absoluteError` mean differences in the units of the answers. */
type ModeLimits = readonly number[] | { readonly atMost: readonly number[] };

/** The parts that say what each mode is: a cascade's, or the description in its file. */
export interface WithModes<L extends Label, Name extends string>
  extends Pick<CascadeParts<never, L, Name>, 'plan' | 'certificate' | 'profile' | 'objective'> {
  readonly modes?: Pick<ModeSet<L, Name>, 'further'> | undefined;
}

/**
 * The same cascade with more aggressive plans of its path that may answer instead, under overload. All of them and the
 * cascade's own plan are taken from the limits that hold for all plans together, so they share one delta.
 *
 * @param given those of `bound.also` or `bound.modes` by default
 */
export function withModes<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  given?: ModeLimits,
): CascadeParts<Row, L, Name> {
  const { certificate } = parts;
  const evidence = evidenceOf(parts, 'withModes');
  const source = { certificate, evidence };
  const epsilons = epsilonsOf(given, source);
  const { own, further } = choicesFor(source, epsilons);
  const { uses, stages } = evidence.path;
  const used = new Set([own, ...further].flatMap(({ step }) => uses[step] ?? []));
  return {
    ...chosen(parts, evidence, ownChoice(parts, own)),
    modes: {
      epsilons,
      stages: stages.filter((_, s) => used.has(s)),
      further: further.map(({ plan, certificate: promise }) => ({ plan, certificate: frozen(promise) })),
    },
  };
}

/**
 * The plan for the certificate's own epsilon, and those for larger ones. All are from limits that hold together.
 *
 * @param epsilons ascending, above the own one; those whose plan a smaller one has as well are left out
 */
export function choicesFor<L extends Label, Name extends string>(
  source: Choosable<L, Name> & { readonly evidence: object },
  epsilons: readonly number[],
): { readonly own: Choice<L, Name>; readonly further: readonly Choice<L, Name>[] } {
  const own = choiceAt(source, source.certificate.epsilon);
  const steps = new Set([-1, own.step]);
  const further = epsilons.flatMap((epsilon) => {
    const choice = choiceAt(source, epsilon);
    if (steps.has(choice.step)) return [];
    steps.add(choice.step);
    return [choice];
  });
  return { own, further };
}

/** The same modes beside another plan of its own, as far as they are more aggressive and its rows certify them. */
export function withOwnModes<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  modes: ModeSet<L, Name> | undefined,
): CascadeParts<Row, L, Name> {
  const { certificate } = parts;
  const isServable = (epsilon: number) => epsilon > certificate.epsilon && !isVacuous(certificate, epsilon);
  const epsilons = modes?.epsilons.filter(isServable) ?? [];
  if (epsilons.length === 0 || !isChoosable(parts)) return { ...parts, modes: undefined };
  return withModes(parts, epsilons);
}

/** Every plan that may be served, the cascade's own first. */
export function modesOf<L extends Label, Name extends string>({
  plan: own,
  certificate,
  profile,
  objective,
  modes,
}: WithModes<L, Name>): readonly Mode<L, Name>[] {
  const served = [{ plan: own, certificate }, ...(modes?.further ?? [])];
  return frozen(
    served.map(({ plan, certificate: promise }) => ({
      epsilon: isPromised(promise) ? promise.epsilon : null,
      plan,
      certificate: promise,
      cost: expectedCost(profile, objective, plan),
    })),
  );
}

/** The parts of the cascade that serves one mode: the same features and models. @param mode its position, from 1 on */
export function partsOfMode<Row, L extends Label, Name extends string>(
  parts: CascadeParts<Row, L, Name>,
  mode: number,
): CascadeParts<Row, L, Name> {
  const { stages: chain = [], further = [] } = parts.modes ?? {};
  checkWhole('mode', mode, 0);
  if (mode > further.length) {
    throw new OptionError(
      'mode',
      `expected a position of cascade.modes, 0 to ${further.length}, got ${mode}`,
    );
  }
  const { plan, certificate } = further[mode - 1];
  return { ...parts, plan, certificate, stages: stagesOf(chain, plan), modes: undefined, advice: [] };
}

function stagesOf(chain: readonly ServedStage[], plan: FurtherMode<Label, string>['plan']): ServedStage[] {
  return usesOf(chain, plan).map((s) => chain[s]);
}

/** The choice for the cascade's own epsilon. What `tune` certified at a share of delta keeps its certificate. */
function ownChoice<L extends Label, Name extends string>(
  { plan, certificate }: Pick<CascadeParts<never, L, Name>, 'plan' | 'certificate'>,
  choice: Choice<L, Name>,
): Choice<L, Name> {
  const isSame = JSON.stringify(plan.stages) === JSON.stringify(choice.plan.stages);
  const isShared = certificate.also !== undefined && certificate.verdict !== 'exploratory';
  return isShared && isSame ? { ...choice, certificate } : choice;
}

/** @returns ascending, without the cascade's own */
function epsilonsOf<L extends Label, Name extends string>(
  given: ModeLimits | undefined,
  { certificate, evidence }: Choosable<L, Name>,
): readonly number[] {
  const { epsilon: own, also, loss } = certificate;
  if (given === undefined && also !== undefined) {
    return sorted(testedOf({ certificate, evidence }).filter((epsilon) => epsilon > own));
  }
  const { scale } = inWords(loss);
  const isInUnits = typeof given === 'object' && given !== null && 'atMost' in given;
  if (isInUnits) checkKeys(given, ['atMost']);
  const [name, limits]: [string, unknown] = isInUnits ? ['atMost', given.atMost] : ['epsilons', given];
  if (!Array.isArray(limits) || limits.length === 0) {
    const what =
      scale === undefined
        ? `an array of epsilons above ${own}`
        : `{ atMost: [ … ] }, each above ${grouped(scale * own)}`;
    throw new OptionError(name, `expected ${what}, got ${show(limits)}`);
  }
  const epsilons = limits.map((limit: number, i) => {
    const nameOf = () => `${name}[${i}]`;
    const epsilon = shareAsked(isInUnits ? { atMost: limit } : { epsilon: limit }, loss, nameOf);
    refuseVacuousAt(certificate, epsilon);
    if (epsilon >= own) return epsilon;
    const way =
      scale === undefined ? `epsilon: ${epsilon}` : `atMost: ${Number((scale * epsilon).toPrecision(6))}`;
    throw new OptionError(
      nameOf(),
      `${limitWords(loss, epsilon)} is below the cascade's own, ${limitWords(loss, own)}, and modes are more ` +
        `aggressive; call retune({ ${way} }) first`,
    );
  });
  return sorted(epsilons.filter((epsilon) => epsilon > own));
}

function sorted(epsilons: readonly number[]): number[] {
  return [...new Set(epsilons)].sort((a, b) => a - b);
}
