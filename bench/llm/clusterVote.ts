import { type Random, random, sample } from '../../lib/stats/index.js';
import type { AskedText } from './corpora.js';
import { count, type Draw } from './draw.js';

/** Clusters at first, and those that one is cut into where its vote isn't clear. */
const FIRST = 16;
const AGAIN = 4;
/** Of a cluster, rows that vote: a share, but no fewer than these. */
const VOTES = { share: 0.05, least: 6 };
/** Smaller clusters are asked about row by row. */
const SMALL = 16;
const SWEEPS = 6;
/** Numbers of a text's vector where there is no encoder. */
const HASHED = 256;

/**
 * A vote of clusters by itself (CSV, arXiv 2603.04799): texts are clustered, a few of each cluster are asked about, and all
 * others of the cluster get the answer of the vote where it is clear enough. Else the cluster is cut again; small ones are asked
 * about whole. There is no student: it needs no training calls, and no test says how many answers are wrong.
 *
 * @param wanted the share of votes that is clear enough
 */
export function clusterVote(
  rows: readonly AskedText[],
  vectors: readonly Float64Array[],
  wanted: number,
  seed: number,
): Draw {
  const draw = random(seed).fork('cluster vote');
  const requested = new Uint8Array(rows.length);
  let [wrong, drawn] = [0, 0];
  const queue = clusters(vectors, Int32Array.from(rows.keys()), FIRST, draw);
  for (let cluster = queue.pop(); cluster !== undefined; cluster = queue.pop()) {
    const members = cluster;
    if (members.length <= SMALL) {
      for (const row of members) requested[row] = 1;
      continue;
    }
    const fresh = members.filter((row) => requested[row] === 0);
    const wants =
      Math.max(VOTES.least, Math.ceil(VOTES.share * members.length)) - (members.length - fresh.length);
    for (const i of sample(fresh.length, Math.max(0, Math.min(fresh.length, wants)), draw)) {
      requested[fresh[i]] = 1;
      drawn++;
    }
    const votes = new Map<number, number>();
    for (const row of members) {
      if (requested[row] === 1) votes.set(rows[row].answer, (votes.get(rows[row].answer) ?? 0) + 1);
    }
    const [[winner, most]] = [...votes].sort((a, b) => b[1] - a[1]);
    const cast = members.reduce((sum, row) => sum + requested[row], 0);
    if (most >= wanted * cast) {
      for (const row of members) if (requested[row] === 0 && rows[row].answer !== winner) wrong++;
      continue;
    }
    const parts = clusters(vectors, members, AGAIN, draw);
    if (parts.length < 2) for (const row of members) requested[row] = 1;
    else queue.push(...parts);
  }
  return { requested, wrong, drawn: Math.min(drawn, count(requested)) };
}

/** Directions of texts: what an encoder made of them, else their words, hashed and weighted by how rare they are. */
export function directions(rows: readonly AskedText[]): Float64Array[] {
  const words = rows.map(({ text }) => new Set(text.toLowerCase().match(/[a-z]{3,}/g) ?? []));
  const counts = new Map<string, number>();
  for (const each of words) for (const word of each) counts.set(word, (counts.get(word) ?? 0) + 1);
  return rows.map(({ vector }, row) => {
    const own = vector === undefined ? new Float64Array(HASHED) : Float64Array.from(vector);
    if (vector === undefined) {
      for (const word of words[row])
        own[hash(word) % HASHED] += Math.log(rows.length / (counts.get(word) ?? 1));
    }
    const length = Math.hypot(...own) || 1;
    return own.map((value) => value / length);
  });
}

function hash(word: string): number {
  let value = 2_166_136_261;
  for (let i = 0; i < word.length; i++) value = Math.imul(value ^ word.charCodeAt(i), 16_777_619) >>> 0;
  return value;
}

/** K-means of directions. @returns members of each cluster that has some */
function clusters(vectors: readonly Float64Array[], rows: Int32Array, k: number, draw: Random): Int32Array[] {
  let centres = Array.from(sample(rows.length, Math.min(k, rows.length), draw), (i) => vectors[rows[i]]);
  let nearest = new Int32Array(rows.length);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    nearest = Int32Array.from(rows, (row) => {
      let best = { centre: 0, dot: Number.NEGATIVE_INFINITY };
      centres.forEach((centre, c) => {
        let dot = 0;
        for (let i = 0; i < centre.length; i++) dot += centre[i] * vectors[row][i];
        if (dot > best.dot) best = { centre: c, dot };
      });
      return best.centre;
    });
    centres = centres.map((centre, c) => {
      const sum = new Float64Array(centre.length);
      rows.forEach((row, i) => {
        if (nearest[i] === c)
          vectors[row].forEach((value, d) => {
            sum[d] += value;
          });
      });
      const length = Math.hypot(...sum);
      return length === 0 ? centre : sum.map((value) => value / length);
    });
  }
  return centres.map((_, c) => rows.filter((_row, i) => nearest[i] === c)).filter(({ length }) => length > 0);
}
