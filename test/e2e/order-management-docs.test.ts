import { jest } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { launchBrowser } from '../support/browser.js';
import { describeIfOnPath } from '../support/on-path.js';
import { type OrderManagement, startOrderManagement, temporaryFolder } from '../support/order-management.js';

const ORDER = { id: '7', name: 'An order', items: [{ category: 'books', code: '978-1617295959', qty: 1 }] };

/** Swagger UI, as somebody who reads the page uses it. */
class SwaggerUi {
  constructor(private readonly page: Page) {}

  /** Pastes a token into the dialog behind the button Authorize. */
  async authorize(token: string): Promise<void> {
    await this.page.click('.auth-wrapper .btn.authorize');
    await this.page.waitForSelector('.modal-ux input');
    await this.page.type('.modal-ux input', token);
    await this.page.click('.modal-ux button[type=submit]');
    await this.page.waitForSelector('.modal-ux ::-p-text(Logout)');
    await this.page.click('.modal-ux .btn-done');
  }

  /** Opens the operation that deletes an order, fills in its number, and clicks Execute. */
  async tryToDelete(id: string): Promise<void> {
    await this.page.click('.opblock-delete .opblock-summary-control');
    await this.page.waitForSelector('.opblock-delete .try-out__btn');
    await this.page.click('.opblock-delete .try-out__btn');
    await this.page.waitForSelector('.opblock-delete .parameters input:not([disabled])');
    await this.page.type('.opblock-delete .parameters input', id);
    await this.execute();
  }

  async execute(): Promise<void> {
    await this.page.click('.opblock-delete .execute');
  }

  /** Waits for the answer with this status. */
  async answered(status: number): Promise<string> {
    await this.page.waitForSelector(`.opblock-delete .live-responses-table .response-col_status::-p-text(${status})`);
    return this.page.$eval('.opblock-delete .live-responses-table', (table) => table.textContent ?? '');
  }
}

describeIfOnPath('chromium')('the page with the OpenAPI document of the gateway', (executablePath) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let system: OrderManagement;
  let browser: Browser;

  beforeAll(async () => {
    for (const method of ['info', 'warn'] as const) jest.spyOn(console, method).mockImplementation(() => undefined);
    folder = await temporaryFolder();
    system = await startOrderManagement(`${folder.path}/certificates`);
    browser = await launchBrowser(executablePath, folder.path);
  }, 90_000);
  afterAll(async () => {
    await browser?.close();
    await system?.close();
    await folder?.remove();
    jest.restoreAllMocks();
  });

  it('refuses an operation that is tried without a token, and admits it after a token was pasted into Authorize', async () => {
    const token = await system.login('bob');
    expect(await system.call('POST', `${system.urls.gateway}/order`, { token, json: ORDER })).toMatchObject({ status: 201 });
    const page = await browser.newPage();
    await page.goto(`${system.urls.gateway}/docs`, { waitUntil: 'networkidle0' });
    await page.waitForSelector('.opblock-delete');
    const swagger = new SwaggerUi(page);
    await swagger.tryToDelete(ORDER.id);
    expect(await swagger.answered(401)).toContain('www-authenticate');
    await swagger.authorize(token);
    await swagger.execute();
    expect(await swagger.answered(200)).toContain(`Order '${ORDER.id}' removed.`);
  }, 90_000);

  it('says who may call each operation', async () => {
    const { body } = await system.call('GET', `${system.urls.gateway}/docs-json`);
    expect(body).toMatchObject({
      paths: {
        '/order': { post: { security: [{ users: [] }], responses: { 401: {}, 503: {} } } },
        '/order/{orderId}': { get: { security: [] }, delete: { security: [{ users: [] }] } },
      },
      components: { securitySchemes: { users: { type: 'http', scheme: 'bearer' } } },
    });
  });
});
