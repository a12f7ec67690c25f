import { exp, log, log1p, square } from '../util/math/index.js';

/**
 * Capital of bets that values in [0, 1] have a smaller mean than is claimed: K_t = Π (1 - ν_i (x_i - m_i)) (Waudby-Smith and
 * Ramdas, "Estimating means of bounded random variables by betting", JRSS B 2024). The stakes are √(2 ln(1/delta) / (n s²)),
 * by the spread s² of the values before alone.
 */
export class BettingCapital {
  private readonly stake: number;
  private bets = 0;
  private sum = 0.5;
  private squares = 0.25;
  private variance = 0.25;
  private capital = 0;
  private richest = 0;

  /** @param values n, how many there will be @param delta the level that stakes are tuned to */
  constructor(values: number, delta: number) {
    this.stake = Math.sqrt((2 * log(1 / delta)) / values);
  }

  /** @param mean the least that the value's mean is by the claim @param most the largest stake */
  bet(value: number, mean: number, most: number): void {
    this.capital += log1p(-Math.min(most, this.stake / Math.sqrt(this.variance)) * (value - mean));
    this.richest = Math.max(this.richest, this.capital);
    const count = ++this.bets + 1;
    this.sum += value;
    this.squares += square(value - this.sum / count);
    this.variance = this.squares / count;
  }

  /** 1 / max K: the claim's p-value. */
  pValue(): number {
    return exp(-this.richest);
  }
}
