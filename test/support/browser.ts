import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, or another that CHROMIUM names. */
const path = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Milliseconds: on a machine that is busy with other things a page takes long, too. */
const PATIENCE = 300_000;

export const hasBrowser = existsSync(path);

/** @param flags of Chromium's own, beside those that it always needs here */
export function launch(flags: readonly string[] = []): Promise<Browser> {
  // As root, which containers run as, Chromium has no sandbox.
  return chromium.launch({
    executablePath: path,
    args: ['--no-sandbox', '--disable-gpu', ...flags],
    timeout: PATIENCE,
  });
}

/** A page given time; and what it complains of from now on: errors thrown, and what it wrote to the console as one. */
export function complaints(page: Page): string[] {
  const all: string[] = [];
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', (error) => all.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') all.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(file|data|about):/.test(request.url())) all.push(`asked for ${request.url()}`);
  });
  return all;
}
