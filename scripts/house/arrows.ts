import { dirname, join } from 'node:path/posix';

/** Wings and the halls of `lib`, from the top down: each imports from those below it. */
const FLOORS: readonly string[] = [
  'cli',
  'entries',
  'batch',
  'llm',
  'serve',
  'topk',
  'detect',
  'cascades',
  'exchange',
  'lib/report',
  'lib/models',
  'lib/protocol',
  'lib/costs',
  'lib/run',
  'lib/features',
  'lib/learn',
  'lib/data',
  'lib/stats',
  'lib/util',
  'lib',
];

export const WINGS: readonly string[] = ['batch', 'llm', 'serve', 'topk', 'detect', 'cascades', 'exchange'];
/** The rooms of `cascades`, from the top down; files of `cascades` itself, the steps of `tune`, stand above them. */
const ROOMS: readonly string[] = [
  'cascade',
  'reporting',
  'recertify',
  'monitoring',
  'batch',
  'artifact',
  'price',
  'search',
  'stability',
  'plan',
  'costs',
  'training',
  'certification',
  'problem',
  'scoring',
  'chain',
  'holdout',
  'types',
  'losses',
];
/** Beside a wing's `index.ts`: what wings that are built on it import. */
const INTERNAL = 'cascades/internal.ts';

const IMPORT = /\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g;

/**
 * Imports that point up, into another wing but by its face, or into a room but by its `index.ts`; and a room of
 * `cascades` without a place.
 *
 * @param path of a source, from the root
 * @param hasFace whether a folder has an `index.ts`
 * @returns a complaint for each
 */
export function wrongArrows(path: string, text: string, hasFace: (folder: string) => boolean): string[] {
  const from = floorOf(path);
  if (from === undefined) return [];
  const own = roomOf(path);
  if (own !== undefined && !ROOMS.includes(own)) return [`${path}: ${own} has no place in the list of rooms`];
  return [...text.matchAll(IMPORT)].flatMap(([, specifier]) => {
    const target = join(dirname(path), specifier).replace(/\.js$/, '.ts');
    const to = floorOf(target);
    if (to === undefined) return [];
    const arrow = `${path} imports ${target}`;
    if (FLOORS.indexOf(to) < FLOORS.indexOf(from)) return `${arrow}: ${from} stands below ${to}`;
    const other = roomOf(target) ?? 'cascades';
    const isUp = own !== undefined && from === to && ROOMS.indexOf(other) < ROOMS.indexOf(own);
    if (isUp) return [`${arrow}: ${own} stands below ${other}`];
    if (from === 'topk' && to === 'detect') return `${arrow}: wings that don't know each other`;
    if (WINGS.includes(from) && WINGS.includes(to) && from !== to) {
      const faces = [`${to}/index.ts`, ...(to === 'cascades' ? [INTERNAL] : [])];
      return faces.includes(target) ? [] : `${arrow}: expected ${faces.join(' or ')}`;
    }
    const room = dirname(target);
    const isInside = path.startsWith(`${room}/`) || room.startsWith(`${dirname(path)}/`);
    const isPast = !isInside && !target.endsWith('/index.ts') && hasFace(room);
    return isPast ? `${arrow}: expected ${room}/index.ts` : [];
  });
}

function roomOf(path: string): string | undefined {
  return /^cascades\/([^/]+)\//.exec(path)?.[1];
}

function floorOf(path: string): string | undefined {
  return FLOORS.find((floor) => path.startsWith(`${floor}/`));
}
