import { type Certificate, type FrontierPoint, jointDelta } from '../terms/index.js';

/** A file's certificate. One that was written before certificates said a joint level lacks it, and had the band all the same. */
export function certified({
  certificate,
  frontier,
}: {
  readonly certificate: Omit<Certificate, 'jointDelta'> & Partial<Pick<Certificate, 'jointDelta'>>;
  readonly frontier: readonly FrontierPoint[];
}): Certificate {
  return {
    ...certificate,
    jointDelta: certificate.jointDelta ?? jointDelta(certificate, frontier.length > 0),
  };
}
