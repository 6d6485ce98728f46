import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'puppeteer-core';
import { login, PLACE } from '../../sample/live-orders/walkthrough/clients.js';
import { launchBrowser } from '../support/browser.js';
import { LiveOrdersPrograms, type RunningLiveOrders } from '../support/live-orders.js';
import { describeIfOnPath } from '../support/on-path.js';

/** The page, as a user of it sees it. */
class Display {
  constructor(private readonly page: Page) {}

  async login(name: string, password: string, seconds: number): Promise<void> {
    for (const [field, value] of Object.entries({ name, password, seconds })) {
      await this.page.$eval(`[name=${field}]`, (input, text) => Object.assign(input, { value: text }), String(value));
    }
    await this.page.click('#login button');
  }

  /** Waits until the page says this. */
  async says(text: string): Promise<void> {
    await this.page.waitForSelector(`#status::-p-text(${text})`, { timeout: 20_000 });
  }

  /** Waits until so many orders are on the page. */
  async shows(count: number): Promise<void> {
    await this.page.waitForSelector(`#orders li:nth-child(${count}):last-child`, { timeout: 20_000 });
  }

  async orders(): Promise<number> {
    return (await this.page.$$('#orders li')).length;
  }

  async order(): Promise<void> {
    await this.page.click('#place');
  }
}

describeIfOnPath('chromium')('the page of the live orders', (executablePath) => {
  let folder: string;
  let programs: LiveOrdersPrograms;
  let live: RunningLiveOrders;
  let browser: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'live-orders-page-'));
    programs = await LiveOrdersPrograms.build();
    live = await programs.start({ MESSAGES: 'tcp' });
    browser = await launchBrowser(executablePath, folder);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await programs?.remove();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('shows orders as they arrive, until the login expires, and after the next login those that it has missed', async () => {
    const page = await browser.newPage();
    const errors: unknown[] = [];
    page.on('pageerror', (error) => errors.push(error));
    await page.goto(live.service.url);
    const display = new Display(page);
    await display.login('floor', 'a guess', 60);
    await display.says('The login was refused: 401.');
    await display.login('floor', 'floor-demo-password', 5);
    await display.says('Connected as floor.');
    const alice = await login(live.service, 'alice');
    await PLACE.messages(live.service, alice);
    await display.shows(1);
    await display.order();
    await display.says('The order was refused: FORBIDDEN.');
    await display.says('The login has expired. Log in again.');
    await PLACE.GraphQL(live.service, alice);
    expect(await display.orders()).toBe(1);
    await display.login('alice', 'alice-demo-password', 60);
    await display.says('Connected as alice.');
    await display.shows(2);
    await display.order();
    await display.shows(3);
    expect(errors).toEqual([]);
  }, 120_000);
});
