import puppeteer, { type Browser } from 'puppeteer-core';

/**
 * Starts the browser of a test, without a window.
 *
 * @param folder - where it may write.
 */
export function launchBrowser(executablePath: string, folder: string): Promise<Browser> {
  return puppeteer.launch({
    executablePath,
    acceptInsecureCerts: true,
    userDataDir: `${folder}/browser`,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
}
