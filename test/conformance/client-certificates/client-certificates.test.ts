import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get } from '@nestjs/common';
import {
  AuthConfigurationError,
  type Authenticator,
  CurrentPrincipal,
  type MutualSslConfig,
  type Principal,
  ServiceAuth,
  secureSocket,
  type Verdict,
} from 'nest-service-auth';
import { MutualTlsStrategy } from '../../../lib/strategies/mutual-tls/mutual-tls.strategy.js';
import { ADAPTERS } from '../../support/adapters.js';
import { appModule, withApp } from '../../support/app.js';
import { createTestCa, type IssuedCertificate, type TestCa } from '../../support/certificates.js';
import { startServer, type TestServer } from '../../support/https-server.js';
import { exchangeOnce } from '../../support/tls-client.js';

interface Outcome {
  readonly user?: string | null;
  readonly tenant?: string;
  readonly userStore?: string;
}

interface CertificateCase {
  readonly id: string;
  readonly test: string;
  readonly config: object;
  readonly cert?: { readonly subject: string; readonly issuer: string } | 'none' | 'garbage';
  readonly userHeader?: string;
  readonly path?: string;
  readonly expected: Outcome & { readonly result: string };
  /** Where we answer otherwise on purpose. */
  readonly differs?: { readonly reason: string; readonly ours: Outcome & { readonly reason?: string; readonly bootError?: string } };
}

const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, 'cases.json'), 'utf8')) as { cases: readonly CertificateCase[] };
const ROOT = 'CN=RootCA, O=WSO2, C=LK';
const DEFAULT = { subject: 'CN=testUser, O=Acme, C=US', issuer: ROOT };

@ServiceAuth({ auth: ['certificates', 'keys'] })
@Controller()
class WhoamiController {
  @Get()
  whoami(@CurrentPrincipal() who: Principal) {
    return who;
  }
}

/** `CN=a, O=b` in the order of the encoding, most general first. */
const encodingOf = (name: string) =>
  name
    .split(', ')
    .toReversed()
    .map((part) => ({ [part.slice(0, part.indexOf('='))]: [part.slice(part.indexOf('=') + 1)] }));

const withThumbprint = (config: object, thumbprint: string): MutualSslConfig =>
  JSON.parse(JSON.stringify(config), (_key, value: unknown) => {
    if (value === '$THUMBPRINT') return thumbprint;
    if (value === '$THUMBPRINT lower-case') return thumbprint.toLowerCase();
    return value === '$THUMBPRINT without colons' ? thumbprint.replaceAll(':', '') : value;
  }) as MutualSslConfig;

const prepare = (config: MutualSslConfig, trustedProxies: readonly string[] = []): Authenticator =>
  new MutualTlsStrategy({ trustedProxies, warn: () => {} }).prepare(config, 'certificates');

describe("WSO2's cases of client certificates", () => {
  const authorities = new Map<string, TestCa>();
  const certificates = new Map<string, IssuedCertificate>();
  let server: TestServer;
  let verdictOf: Authenticator['authenticate'];

  const certificateOf = ({ cert = DEFAULT }: CertificateCase): IssuedCertificate | undefined =>
    typeof cert === 'string' ? undefined : certificates.get(JSON.stringify(cert));

  beforeAll(async () => {
    for (const { cert = DEFAULT } of cases) {
      const key = JSON.stringify(cert);
      if (typeof cert === 'string' || certificates.has(key)) continue;
      const ca = authorities.get(cert.issuer) ?? (await createTestCa({ subject: encodingOf(cert.issuer) }));
      authorities.set(cert.issuer, ca);
      certificates.set(key, await ca.issue({ subject: encodingOf(cert.subject) }));
    }
    const own = await authorities.get(ROOT)?.issue();
    const tls = { cert: own?.certPem ?? '', key: own?.keyPem ?? '', requestCert: true, rejectUnauthorized: false };
    server = await startServer(async (request, response) => response.end(JSON.stringify(await verdictOf(request))), {
      ...tls,
      ca: [...authorities.values()].map(({ certPem }) => certPem),
    });
  });
  afterAll(() => server.close());

  const tlsOf = (certificate: IssuedCertificate | undefined) => ({
    ca: authorities.get(ROOT)?.certPem ?? '',
    ...(certificate && { cert: certificate.certPem, key: certificate.keyPem }),
  });

  const ask = async (each: CertificateCase, authenticator: Authenticator): Promise<Verdict> => {
    verdictOf = (request) => authenticator.authenticate(request);
    const headers = {
      ...(each.userHeader !== undefined && { 'WSO2-Identity-User': each.userHeader }),
      ...(each.cert === 'garbage' && { 'Client-Cert': 'not a certificate' }),
    };
    const { body } = await exchangeOnce(new URL(each.path ?? '/', server.url), tlsOf(certificateOf(each)), headers);
    return JSON.parse(body) as Verdict;
  };

  const configOf = (each: CertificateCase): MutualSslConfig => {
    const { certPem } = certificateOf(each) ?? {};
    return withThumbprint(each.config, certPem === undefined ? '' : new X509Certificate(certPem).fingerprint256);
  };

  const isAccepted = (verdict: Verdict, { user, tenant, userStore }: Outcome) => {
    expect(verdict).toMatchObject({ outcome: 'accepted', principal: { method: 'mtls', claims: { ...(tenant && { tenant, userStore }) } } });
    if (typeof user === 'string') expect(verdict).toMatchObject({ principal: { username: user } });
  };

  const agreed = cases.filter(({ differs }) => differs === undefined);
  it.each(agreed)('$id ($test): $expected.result', async (each) => {
    const isForwarded = each.cert === 'garbage';
    const authenticator = isForwarded
      ? prepare({ ...configOf(each), forwarded: { header: 'client-cert' } }, ['127.0.0.1'])
      : prepare(configOf(each));
    const verdict = await ask(each, authenticator);
    if (each.expected.result === 'SUCCESS') return isAccepted(verdict, each.expected);
    expect(verdict.outcome).toBe(each.cert === 'none' ? 'absent' : 'rejected');
    // Every certificate here is one that the listener trusts.
    expect(verdict).not.toMatchObject({ reason: 'unverified' });
  });

  const different = cases.flatMap(({ differs, ...each }) => (differs === undefined ? [] : [{ ...each, ...differs }]));
  it.each(different)('$id ($test) differs: $reason', async ({ reason: _reason, ours, ...each }) => {
    const config = configOf(each);
    if (ours.bootError !== undefined) {
      expect(() => prepare(config)).toThrow(AuthConfigurationError);
      return expect(() => prepare(config)).toThrow(ours.bootError);
    }
    const verdict = await ask(each, prepare(config));
    if (ours.reason === undefined) isAccepted(verdict, ours);
    else expect(verdict).toEqual({ outcome: 'rejected', reason: ours.reason });
  });

  it('leave none of the cases out', () => {
    expect(cases).toHaveLength(38);
    expect(agreed).toHaveLength(22);
    expect(different).toHaveLength(16);
  });

  it('with a pinned issuer do not take another CA of the same common name (wso2-cert-d19)', async () => {
    const [impostor] = cases.filter(({ id }) => id === 'wso2-cert-d19');
    if (impostor === undefined) throw new Error('the case is gone');
    const verdict = await ask(impostor, prepare({ ...configOf(impostor), trustedIssuer: ROOT }));
    expect(verdict).toEqual({ outcome: 'rejected', reason: 'untrusted_issuer' });
  });

  it.each(ADAPTERS)('with another valid credential let its bearer in on %s (wso2-cert-d22)', async (adapter) => {
    const [each] = cases.filter(({ id }) => id === 'wso2-cert-d22');
    if (each === undefined) throw new Error('the case is gone');
    const ca = authorities.get(ROOT);
    const own = await ca?.issue();
    if (ca === undefined || own === undefined) throw new Error('the CA is gone');
    const schemes = { certificates: { mutualSslConfig: configOf(each) }, keys: { apiKeyConfig: { keys: { bob: [] } } } };
    const httpsOptions = secureSocket({
      key: { certFile: own.certPem, keyFile: own.keyPem },
      mutualSsl: { verifyClient: 'OPTIONAL', cert: ca.certPem },
    });
    const use = async ({ url }: { url: string }) => {
      const asAlice = { 'WSO2-Identity-User': 'alice' };
      expect((await exchangeOnce(url, tlsOf(certificateOf(each)), asAlice)).status).toBe(401);
      const { body } = await exchangeOnce(url, tlsOf(certificateOf(each)), { ...asAlice, 'X-Api-Key': 'bob' });
      expect(JSON.parse(body)).toMatchObject({ username: 'bob', method: 'api-key' });
    };
    await withApp(adapter, appModule({ auth: { schemes }, controllers: [WhoamiController] }), use, { httpsOptions });
  });
});
