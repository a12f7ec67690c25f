import type { IntakePlace } from '../intake/index.js';

/** Octets of a body that are handled in one stretch: then others may have their turn. */
export const STRETCH = 256 * 1024;

/** Chunks as one, by and by where they are large. */
export function joinChunks(
  chunks: readonly Buffer[],
  octets: number,
  place: IntakePlace,
): Buffer | Promise<Buffer> {
  if (chunks.length === 1) return chunks[0];
  return octets <= STRETCH ? Buffer.concat(chunks, octets) : joinInTurns(chunks, octets, place);
}

async function joinInTurns(chunks: readonly Buffer[], octets: number, place: IntakePlace): Promise<Buffer> {
  const whole = Buffer.allocUnsafeSlow(octets);
  let at = 0;
  for (let i = 0; i < chunks.length; ) {
    await place.turn(() => {
      for (const until = at + STRETCH; i < chunks.length && at < until; i++) at += chunks[i].copy(whole, at);
    });
  }
  return whole;
}
