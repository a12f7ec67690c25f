import { Session } from 'node:inspector/promises';

/** Where processor time went while something ran. */
export interface Hotspots {
  /** Seconds that were sampled, those of waiting left out. */
  readonly seconds: number;
  /** Functions with the most time of their own, and with that of what they called; shares of the seconds. */
  readonly self: readonly Hotspot[];
  readonly inclusive: readonly Hotspot[];
}

interface Hotspot {
  /** The function, its file and its line there. */
  readonly name: string;
  readonly share: number;
}

/** Microseconds between two samples: V8's own milliseconds miss short functions. */
const INTERVAL = 500;
const MOST = 15;

/** Samples this thread by V8's profiler while something runs on it. */
export async function hotspotsOf<Result>(
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly hotspots: Hotspots }> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
    await session.post('Profiler.start');
    const result = await run();
    const { profile } = await session.post('Profiler.stop');
    return { result, hotspots: hotspotsIn(profile) };
  } finally {
    session.disconnect();
  }
}

type Profile = Parameters<typeof hotspotsIn>[0];

/** @param profile as the profiler gives it: a tree of calls, and which of its nodes ran at each sample */
export function hotspotsIn({
  nodes,
  samples = [],
  timeDeltas = [],
}: {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: number[] | undefined;
  }[];
  readonly samples?: readonly number[] | undefined;
  readonly timeDeltas?: readonly number[] | undefined;
}): Hotspots {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const callers = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const [self, inclusive] = [new Map<string, number>(), new Map<string, number>()];
  let all = 0;
  samples.forEach((sample, i) => {
    const name = names.get(sample) ?? '';
    // The time until the next sample is this one's.
    const time = (timeDeltas[i + 1] ?? 0) / 1e6;
    if (name === '(idle)') return;
    all += time;
    self.set(name, (self.get(name) ?? 0) + time);
    const open = new Set<string>();
    for (let node: number | undefined = sample; node !== undefined; node = callers.get(node))
      open.add(names.get(node) ?? '');
    open.delete('(root)');
    for (const each of open) inclusive.set(each, (inclusive.get(each) ?? 0) + time);
  });
  const top = (times: ReadonlyMap<string, number>): Hotspot[] =>
    [...times]
      .map(([name, time]) => ({ name, share: time / all }))
      .sort((a, b) => b.share - a.share)
      .slice(0, MOST);
  return { seconds: all, self: top(self), inclusive: top(inclusive) };
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  const file = url.split('/').at(-1);
  return file ? `${functionName || 'unnamed'} ${file}:${lineNumber + 1}` : functionName || 'unnamed';
}
