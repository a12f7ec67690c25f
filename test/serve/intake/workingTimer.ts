import { FakeTimer } from '../../support/fakeTimer.js';

/** A timer whose time passes while work runs, too. */
export class WorkingTimer extends FakeTimer {
  private worked = 0;

  override now(): number {
    return super.now() + this.worked;
  }

  work(ms: number): void {
    this.worked += ms;
  }
}
