import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get } from '@nestjs/common';
import {
  type ClientSecureSocket,
  CurrentPrincipal,
  type KeyConfig,
  type Principal,
  type SecureSocketConfig,
  ServiceAuth,
  secureSocket,
  type TlsVersion,
  type VerifyClient,
} from 'nest-service-auth';
import { createOutgoingClient } from '../../../lib/outgoing/outgoing-client.js';
import { ADAPTERS, type AdapterName } from '../../support/adapters.js';
import { appModule, withApp } from '../../support/app.js';
import { createSelfSigned, type IssuedCertificate, toPkcs12, toTrustStore } from '../../support/certificates.js';
import { exchangeOnce } from '../../support/tls-client.js';

interface MtlsCase {
  readonly id: string;
  readonly test: string;
  readonly server: {
    /** A key store, or a PEM file beside `cert`. */
    readonly key: string;
    readonly cert?: string;
    readonly verifyClient: VerifyClient;
    readonly trust: string;
    readonly versions?: readonly string[];
    readonly ciphers?: readonly string[];
  } | null;
  readonly client: { readonly key: string | null; readonly cert?: string; readonly trust: string | null } | null;
  readonly expected: { readonly handshake?: string; readonly clientCertBase64Der?: string; readonly status?: number };
}

const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, 'mtls-cases.json'), 'utf8')) as { cases: MtlsCase[] };
const withHandshake = cases.flatMap(({ server, client, ...rest }) => (server && client ? [{ ...rest, server, client }] : []));

/**
 * Where we differ from Ballerina on purpose:
 * - TLS 1.1 is not spoken: a configuration that names it does not boot, and its cases are run without it.
 * - The cases for HTTP/2 are run over HTTP/1.1, which Nest's adapters speak: the handshake is the same.
 * - A certificate is not an attribute of the request but makes a principal, whose fingerprint stands for the certificate.
 */
const SPOKEN: readonly string[] = ['TLSv1.2', 'TLSv1.3'];

@ServiceAuth({ auth: ['certificate'] })
@Controller()
class EchoController {
  @Get()
  whoami(@CurrentPrincipal() who: Principal) {
    return who;
  }
}

describe("Ballerina's cases of mutual TLS", () => {
  let directory: string;
  let own: IssuedCertificate;
  let keyStore: KeyConfig;
  let trustStore: { path: string; password: string };
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'mtls-'));
    own = await createSelfSigned({ cn: 'ballerina', keyType: 'rsa' });
    const file = (name: string, content: string | Buffer) => {
      writeFileSync(join(directory, name), content);
      return join(directory, name);
    };
    file('public.pem', own.certPem);
    file('private.key', own.keyPem);
    keyStore = { path: file('keystore.p12', toPkcs12(own, 'ballerina')), password: 'ballerina' };
    trustStore = { path: file('truststore.p12', toTrustStore([own.certPem], 'ballerina')), password: 'ballerina' };
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const isStore = (name: string) => name.startsWith('$');
  const keyOf = (name: string): KeyConfig =>
    isStore(name) ? keyStore : { certFile: join(directory, 'public.pem'), keyFile: join(directory, 'private.key') };
  const trustOf = (name: string) => (isStore(name) ? trustStore : join(directory, 'public.pem'));

  const listenerOf = ({ key, verifyClient, trust, versions, ciphers }: NonNullable<MtlsCase['server']>): SecureSocketConfig => ({
    key: keyOf(key),
    mutualSsl: { verifyClient, cert: trustOf(trust) },
    ...(versions && { protocol: { name: 'TLS', versions: versions.filter((version): version is TlsVersion => SPOKEN.includes(version)) } }),
    ...(ciphers && { ciphers }),
  });
  const clientOf = ({ key, trust }: NonNullable<MtlsCase['client']>): ClientSecureSocket => ({
    ...(key !== null && { key: keyOf(key) }),
    ...(trust === 'disabled' && { disable: true }),
    ...(trust !== 'disabled' && trust !== null && { cert: trustOf(trust) }),
  });
  const withListener = (adapter: AdapterName, config: SecureSocketConfig, use: (url: URL) => Promise<void>) =>
    withApp(
      adapter,
      appModule({ auth: { schemes: { certificate: { mutualSslConfig: {} } } }, controllers: [EchoController] }),
      ({ url }) => use(new URL(url)),
      { httpsOptions: secureSocket(config) },
    );

  describe.each(ADAPTERS)('on %s', (adapter) => {
    it.each(withHandshake)('$id ($test): $expected.handshake', async ({ server, client, expected }) => {
      await withListener(adapter, listenerOf(server), async (url) => {
        const outgoing = createOutgoingClient({ secureSocket: clientOf(client) });
        const asked = outgoing.request(url, { method: 'GET' });
        try {
          if (expected.handshake !== 'ok') return await expect(asked).rejects.toThrow(/^GET https:\/\/localhost/);
          const { status, body } = await asked;
          expect(status).toBe(expected.status);
          const { certificate, method } = JSON.parse(body.toString()) as Principal;
          expect(method).toBe('mtls');
          expect(certificate?.fingerprint256).toBe(new X509Certificate(own.certPem).fingerprint256);
        } finally {
          await outgoing.close();
        }
      });
    });
  });

  const versionCases: [string, TlsVersion, TlsVersion, boolean][] = [
    ['testTLS12', 'TLSv1.2', 'TLSv1.2', true],
    ['testTLS13', 'TLSv1.3', 'TLSv1.3', true],
    ['testSslProtocolConflict', 'TLSv1.3', 'TLSv1.2', false],
    ['testSslProtocolConflict', 'TLSv1.2', 'TLSv1.3', false],
  ];
  it.each(versionCases)('%s: a listener of %s and a client of %s', async (_test, spoken, offered, works) => {
    const config: SecureSocketConfig = { key: keyOf('keys/public-crt.pem'), protocol: { name: 'TLS', versions: [spoken] } };
    await withListener('express', config, async (url) => {
      const asked = exchangeOnce(url, { ca: own.certPem, minVersion: offered, maxVersion: offered });
      if (works) expect(await asked).toMatchObject({ status: 401, protocol: spoken });
      else await expect(asked).rejects.toThrow();
    });
  });

  it('leaves none of the cases out', () => {
    const others = cases.filter(({ server, client }) => server === null || client === null).map(({ test }) => test);
    expect(withHandshake).toHaveLength(11);
    expect(others).toEqual(['(contract)', 'testTLS12', 'testTLS13', 'testSslProtocolConflict']);
  });

  it('does not boot with TLS 1.1', () => {
    const versions = ['TLSv1.2', 'TLSv1.1'] as TlsVersion[];
    expect(() => secureSocket({ key: keyStore, protocol: { versions } })).toThrow(
      /protocol.versions\[1\]: .*older versions are not secure/,
    );
  });
});
