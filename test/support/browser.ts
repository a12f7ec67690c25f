import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, or another that CHROMIUM names. */
const path = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const hasBrowser = existsSync(path);

export function launch(): Promise<Browser> {
  // As root, which containers run as, Chromium has no sandbox.
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-gpu'] });
}

/** What a page complained of from now on: errors thrown, and what it wrote to the console as one. */
export function complaints(page: Page): string[] {
  const all: string[] = [];
  page.on('pageerror', (error) => all.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') all.push(message.text());
  });
  page.on('request', (request) => {
    if (!/^(file|data|about):/.test(request.url())) all.push(`asked for ${request.url()}`);
  });
  return all;
}
