import { X509Certificate } from 'node:crypto';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { CurrentPrincipal, type MutualSslConfig, type Principal, ResourceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule, eventsOf, RecordingSink } from '../support/app.js';
import { createTestCa, type IssuedCertificate, type TestCa } from '../support/certificates.js';
import { HAPROXY } from '../support/haproxy.js';
import { NGINX } from '../support/nginx.js';
import { describeIfOnPath } from '../support/on-path.js';
import { type ProxyProgram, type RunningProxy, startProxy } from '../support/proxy-process.js';
import { exchangeOnce } from '../support/tls-client.js';

@Controller()
class MachineController {
  @ResourceAuth({ auth: ['certificate'] })
  @Get()
  whoami(@CurrentPrincipal() who: Principal) {
    return who;
  }

  @ResourceAuth({ auth: ['unverified'] })
  @Get('unverified')
  unverified(@CurrentPrincipal() who: Principal) {
    return who;
  }
}

type Forwarded = NonNullable<MutualSslConfig['forwarded']>;

/** What differs from proxy to proxy. */
interface Tried {
  readonly program: ProxyProgram;
  readonly forwarded: Forwarded;
  /** The status for a certificate that is broken or out of date: 400 from the proxy itself, or 401 from the application. */
  readonly broken: 400 | 401;
  /** For `/unverified`, where the proxy does not say what it found. */
  unverified(ca: string): Forwarded;
  /** The header fields of the proxy, written by a client. */
  spoofed(certificate: IssuedCertificate): Readonly<Record<string, string>>;
}

const der = (pem: string) => new X509Certificate(pem).raw.toString('base64');
const TRIED: readonly Tried[] = [
  {
    program: NGINX,
    forwarded: 'nginx',
    // Even `optional_no_ca` lets only certificates of unknown CAs through.
    broken: 400,
    unverified: (ca) => ({ header: 'X-Client-Cert', ca }),
    spoofed: ({ certPem }) => ({
      'X-SSL-Client-Cert': encodeURIComponent(certPem),
      'X-SSL-Client-Verify': 'SUCCESS',
      'X-Client-Cert': encodeURIComponent(certPem),
    }),
  },
  {
    program: HAPROXY,
    forwarded: 'haproxy',
    broken: 401,
    unverified: (ca) => ({ preset: 'azure-app-service', ca }),
    spoofed: ({ certPem }) => ({ 'X-SSL-Client-Cert': der(certPem), 'X-SSL-Client-Verify': '0', 'X-ARR-ClientCert': der(certPem) }),
  },
];

for (const { program, forwarded, broken, unverified, spoofed } of TRIED)
  describeIfOnPath(program.name)(`client certificates behind ${program.name}`, (command) => {
    describe.each(ADAPTERS)('on %s', (adapter) => {
      let ca: TestCa;
      let alice: IssuedCertificate;
      let stranger: IssuedCertificate;
      let forged: IssuedCertificate;
      let app: INestApplication;
      let proxy: RunningProxy | undefined;
      beforeAll(async () => {
        ca = await createTestCa();
        alice = await ca.issue({ cn: 'alice' });
        stranger = await (await createTestCa({ cn: 'Other CA' })).issue({ cn: 'alice' });
        // Of a CA that somebody made with the same name.
        forged = await (await createTestCa()).issue({ cn: 'alice' });
        const auth = {
          schemes: {
            certificate: { mutualSslConfig: { forwarded } },
            unverified: { mutualSslConfig: { forwarded: unverified(ca.certPem) } },
          },
          trustedProxies: ['127.0.0.1'],
          eventSink: RecordingSink,
        };
        const started = await startApp(adapter, appModule({ auth, controllers: [MachineController] }));
        app = started.app;
        const upstream = started.url.replace('localhost', '127.0.0.1');
        proxy = await startProxy(program, { command, upstream, server: await ca.issue(), clientCa: ca.certPem });
      });
      afterAll(async () => {
        await proxy?.stop();
        await app?.close();
      });

      const ask = (path: string, client?: IssuedCertificate, headers: Readonly<Record<string, string>> = {}) =>
        exchangeOnce(new URL(path, proxy?.url), { ca: ca.certPem, ...(client && { cert: client.certPem, key: client.keyPem }) }, headers);
      const reason = () => eventsOf(app).at(-1)?.steps.at(0)?.reason;
      const refusedAs = async (path: string, client?: IssuedCertificate, headers: Readonly<Record<string, string>> = {}) => {
        expect((await ask(path, client, headers)).status).toBe(401);
        return reason();
      };

      it.each(['/', '/unverified'])('name the caller (%s)', async (path) => {
        const { status, body } = await ask(path, alice);
        expect(status).toBe(200);
        expect(body).toContain('"username":"alice"');
      });

      it.each(['/', '/unverified'])('are requested by a challenge (%s)', async (path) => {
        const { status, headers } = await ask(path);
        expect(status).toBe(401);
        expect(headers['www-authenticate']).toBe('ClientCertificate realm="api"');
      });

      it('are refused if the proxy could not verify them', async () => {
        expect(await refusedAs('/', stranger)).toBe('not_verified_by_proxy');
      });

      it('are refused if they are forged, have expired, or are for servers', async () => {
        const over = await ca.issue({ cn: 'alice', notBefore: new Date(Date.now() - 2e8), notAfter: new Date(Date.now() - 1e8) });
        const server = await ca.issue({ cn: 'alice', eku: ['serverAuth'] });
        const reasons = [];
        for (const path of ['/', '/unverified'])
          for (const client of [forged, over, server]) {
            expect((await ask(path, client)).status).toBe(broken);
            reasons.push(reason());
          }
        const byProxy = Array.from({ length: 3 }, () => 'not_verified_by_proxy');
        if (broken === 401) expect(reasons).toEqual([...byProxy, 'unverified', 'expired', 'wrong_purpose']);
      });

      it('are verified by the application where the proxy verifies nothing', async () => {
        expect(await refusedAs('/unverified', stranger)).toBe('unverified');
      });

      it.each(['/', '/unverified'])('cannot be written by the client itself (%s)', async (path) => {
        const own = spoofed(alice);
        const lower = Object.fromEntries(Object.entries(own).map(([name, value]) => [name.toLowerCase(), value]));
        const underscored = Object.fromEntries(Object.entries(own).map(([name, value]) => [name.replaceAll('-', '_'), value]));
        for (const headers of [own, lower, underscored]) {
          expect((await ask(path, undefined, headers)).status).toBe(401);
          expect((await ask(path, stranger, headers)).status).toBe(401);
        }
      });
    });
  });
