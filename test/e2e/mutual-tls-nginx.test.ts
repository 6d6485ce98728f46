import { Controller, Get, type INestApplication } from '@nestjs/common';
import { CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule, eventsOf, RecordingSink } from '../support/app.js';
import { createTestCa, type IssuedCertificate, type TestCa } from '../support/certificates.js';
import { type RunningNginx, startNginx } from '../support/nginx.js';
import { describeIfOnPath } from '../support/on-path.js';
import { exchangeOnce } from '../support/tls-client.js';

@ServiceAuth({ auth: ['certificate'] })
@Controller()
class MachineController {
  @Get()
  whoami(@CurrentPrincipal() who: Principal) {
    return who;
  }
}

describeIfOnPath('nginx')('client certificates behind nginx', (command) => {
  describe.each(ADAPTERS)('on %s', (adapter) => {
    let ca: TestCa;
    let alice: IssuedCertificate;
    let app: INestApplication;
    let direct: string;
    let nginx: RunningNginx | undefined;
    beforeAll(async () => {
      ca = await createTestCa();
      const server = await ca.issue();
      alice = await ca.issue({ cn: 'alice' });
      const auth = {
        schemes: { certificate: { mutualSslConfig: { forwarded: { header: 'X-Client-Cert' } } } },
        trustedProxies: ['127.0.0.1'],
        eventSink: RecordingSink,
      };
      ({ app, url: direct } = await startApp(adapter, appModule({ auth, controllers: [MachineController] })));
      nginx = await startNginx({ command, upstream: direct.replace('localhost', '127.0.0.1'), server, clientCa: ca.certPem });
    });
    afterAll(async () => {
      await nginx?.stop();
      await app?.close();
    });

    const ask = (client?: IssuedCertificate, headers: Record<string, string> = {}) =>
      exchangeOnce(nginx?.url ?? '', { ca: ca.certPem, ...(client && { cert: client.certPem, key: client.keyPem }) }, headers);

    it('name the caller', async () => {
      const { status, body } = await ask(alice);
      expect(status).toBe(200);
      expect(body).toContain('"username":"alice"');
    });

    it('are asked for by a challenge', async () => {
      const { status, headers } = await ask();
      expect(status).toBe(401);
      expect(headers['www-authenticate']).toBe('ClientCertificate realm="api"');
    });

    it('are refused when nginx could not verify them', async () => {
      const stranger = await (await createTestCa({ cn: 'Other CA' })).issue({ cn: 'alice' });
      expect((await ask(stranger)).status).toBe(401);
      expect(eventsOf(app).at(-1)?.steps.at(0)?.reason).toBe('not_verified_by_proxy');
    });

    it('cannot be written by the client itself', async () => {
      const own = { 'X-Client-Cert': encodeURIComponent(alice.certPem), 'X-SSL-Client-Verify': 'SUCCESS' };
      expect((await ask(undefined, own)).status).toBe(401);
    });
  });
});
