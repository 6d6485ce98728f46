import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get } from '@nestjs/common';
import { CurrentPrincipal, type Principal } from 'nest-service-auth';
import { ADAPTERS, type RunningApp, startApp } from '../adapters.js';
import { eventsOf } from '../app.js';
import { RecordingLogger } from '../recording-logger.js';
import { createKey, goodClaims, mint, type SigningKey } from '../tokens.js';
import { evaluate } from './evaluate.js';
import { type ProviderNetwork, startProviderNetwork } from './network.js';
import { readPage } from './page.js';
import type { Provider } from './provider.js';

@Controller('caller')
class CallerController {
  @Get()
  caller(@CurrentPrincipal() who: Principal) {
    return who;
  }
}

/** Declares what the page of a provider promises, on every adapter. */
export function itRuns(provider: Provider): void {
  const { code, payload, principal } = readPage(provider.page);
  const key = createKey(provider.alg ?? 'RS256');
  let network: ProviderNetwork;
  let directories: Readonly<Record<string, string>> = {};

  describe.each(ADAPTERS)(`docs/providers/${provider.page}.md on %s`, (adapter) => {
    const logger = new RecordingLogger();
    let running: RunningApp;

    beforeAll(async () => {
      network ??= await startProviderNetwork(provider, key);
      directories = writeFiles(provider, network.ca);
      const outgoing = { proxy: network.proxy, secureSocket: { cert: network.ca } };
      const authentication = evaluate(code, { outgoing, directories });
      class AppModule {}
      const module = { module: AppModule, imports: [authentication], controllers: [CallerController] };
      running = await startApp(adapter, module, { logger });
    });
    afterAll(async () => {
      await running?.app.close();
      for (const directory of Object.values(directories)) rmSync(directory, { recursive: true });
    });

    const call = async (claims: object = {}, header: object = {}, by: SigningKey = key) => {
      const token = await mint(by, tokenOf(payload, claims), { ...provider.header, ...header });
      const response = await fetch(`${running.url}/caller`, { headers: { authorization: `Bearer ${token}` } });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };

    it('boots without a warning', () => {
      expect(logger.lines).toEqual([]);
    });

    it('makes the principal of the page', async () => {
      const { status, body } = await call();
      expect(status).toBe(200);
      const { claims, ...rest } = body;
      expect(rest).toEqual(principal);
      expect(claims).toMatchObject(payload);
    });

    for (const { what, claims, header, principal: differences } of provider.alsoAccepted ?? [])
      it(`accepts ${what}`, async () => {
        const { status, body } = await call(claims, header);
        const { claims: _claims, ...rest } = body;
        expect([status, rest]).toEqual([200, JSON.parse(JSON.stringify({ ...principal, ...differences }))]);
      });

    it.each(provider.refused)('refuses $what', async ({ claims, header, reason, status = 401 }) => {
      const events = eventsOf(running.app).length;
      expect((await call(claims, header)).status).toBe(status);
      const [event] = eventsOf(running.app).slice(events);
      expect(event?.steps.map((step) => step.reason)).toEqual([reason]);
    });

    it('refuses a forged token', async () => {
      expect((await call({}, {}, createKey(key.alg, { kid: key.kid }))).status).toBe(401);
    });

    it('asks the provider for nothing that it does not have', () => {
      expect(network.failed).toEqual([]);
      expect(network.asked.length).toBeGreaterThan(0);
    });
  });

  afterAll(() => network?.close());
}

/** The payload of the page, issued now. */
function tokenOf(payload: object, changes: object): Record<string, unknown> {
  const { iat, exp } = goodClaims();
  return Object.fromEntries(Object.entries({ iat, exp, ...payload, ...changes }).filter(([, value]) => value !== undefined));
}

function writeFiles({ files = {} }: Provider, ca: string): Readonly<Record<string, string>> {
  const directories = Object.entries(files).map(([directory, make]) => {
    const standIn = mkdtempSync(join(tmpdir(), 'recipe-'));
    for (const [name, content] of Object.entries(make({ ca }))) writeFileSync(join(standIn, name), content);
    return [directory, standIn];
  });
  return Object.fromEntries(directories);
}
