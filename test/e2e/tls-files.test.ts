import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Controller, Get } from '@nestjs/common';
import { type SecureSocketConfig, secureSocket, watchSecureSocket } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';
import { createTestCa, type IssuedCertificate, type TestCa } from '../support/certificates.js';
import { eventually } from '../support/eventually.js';
import { exchangeOnce } from '../support/tls-client.js';

@Controller()
class PartnersController {
  @Get()
  list() {
    return 'partners';
  }
}

describe.each(ADAPTERS)('the TLS files of a listener on %s', (adapter) => {
  let ca: TestCa;
  let alice: IssuedCertificate;
  let folder: string;
  let told: string[];
  let url: string;
  let close: () => Promise<void>;

  const path = (name: string) => join(folder, name);
  const replace = async (name: string, text: string) => {
    writeFileSync(path('new'), text);
    await sleep(20);
    renameSync(path('new'), path(name));
  };
  const answer = () => {
    const own = { cert: alice.certPem, key: alice.keyPem };
    return exchangeOnce(url, { ca: ca.certPem, ...own }).then(
      ({ status }) => status,
      () => 'refused',
    );
  };

  beforeEach(async () => {
    ca = await createTestCa();
    alice = await ca.issue({ cn: 'alice' });
    folder = mkdtempSync(join(tmpdir(), 'tls-files-'));
    const server = await ca.issue();
    for (const [name, text] of Object.entries({ cert: server.certPem, key: server.keyPem, ca: ca.certPem, crl: await ca.crl([]) }))
      writeFileSync(path(name), text);
    const config: SecureSocketConfig = {
      key: { certFile: path('cert'), keyFile: path('key') },
      mutualSsl: { cert: path('ca'), crl: path('crl') },
    };
    const auth = { schemes: { machine: { mutualSslConfig: {} } }, defaultAuth: ['machine'] };
    const running = await startApp(adapter, appModule({ auth, controllers: [PartnersController] }), { httpsOptions: secureSocket(config) });
    told = [];
    watchSecureSocket(running.app.getHttpServer(), config, {
      interval: 0.05,
      onReload: () => void told.push('reloaded'),
      onFailure: ({ message }) => void told.push(message),
      onRecovery: () => void told.push('good again'),
    });
    url = running.url;
    close = () => running.app.close();
  });
  afterEach(async () => {
    await close();
    rmSync(folder, { recursive: true });
  });

  it('refuse everybody with an expired revocation list, and nobody else with the next one', async () => {
    expect(await answer()).toBe(200);
    await replace('crl', await ca.crl([], new Date(Date.now() - 1000)));
    await eventually(async () => (await answer()) === 'refused');
    await replace('crl', await ca.crl([await ca.issue()]));
    await eventually(async () => (await answer()) === 200);
    await replace('crl', await ca.crl([alice]));
    await eventually(async () => (await answer()) === 'refused');
    expect(told).toEqual(['reloaded', 'reloaded', 'reloaded']);
  });

  it('that cannot be opened for a while are read again, and reported once', async () => {
    const list = await ca.crl([alice]);
    rmSync(path('crl'));
    mkdirSync(path('crl'));
    await eventually(() => told.length > 0);
    await sleep(300);
    expect(told).toEqual([`cannot read the file "${path('crl')}": it is a directory.`]);
    expect(await answer()).toBe(200);
    rmSync(path('crl'), { recursive: true });
    await replace('crl', list);
    await eventually(async () => (await answer()) === 'refused');
    // Between the directory and the file there may have been a look at nothing.
    expect(told.filter((each) => !each.includes('cannot read the file'))).toEqual(['reloaded', 'good again']);
  });

  it('that were cut off change nothing, in whatever block', async () => {
    const other = (await createTestCa()).certPem;
    const texts = { crl: await ca.crl([alice]), ca: ca.certPem + other, cert: alice.certPem + ca.certPem, key: alice.keyPem };
    for (const [name, text] of Object.entries(texts)) {
      const before = readFileSync(path(name), 'utf8');
      told.length = 0;
      await replace(name, text.slice(0, -40));
      await eventually(() => told.length > 0);
      expect(told).toEqual([expect.stringMatching(/cut off|cannot be read|has none/)]);
      expect(await answer()).toBe(200);
      await replace(name, before);
      await eventually(() => told.length > 1);
      expect(told.slice(1)).toEqual(['good again']);
    }
  });

  it('that are a new certificate and its key are used when both are there', async () => {
    const next = await ca.issue({ cn: 'next' });
    await replace('cert', next.certPem);
    await eventually(() => told.length > 0);
    expect(told).toEqual([expect.stringContaining('is not the key of the first certificate')]);
    expect(await answer()).toBe(200);
    await replace('key', next.keyPem);
    await eventually(() => told.length === 3);
    expect(told.slice(1)).toEqual(['reloaded', 'good again']);
    expect(await answer()).toBe(200);
  });
});
