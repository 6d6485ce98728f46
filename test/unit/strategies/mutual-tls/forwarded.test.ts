import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { type Authenticator, type AuthRequest, type ForwardedPreset, type Verdict } from 'nest-service-auth';
import { PRESET_NAMES } from '../../../../lib/http/forwarded-presets.js';
import type { MutualSslConfig } from '../../../../lib/strategies/mutual-tls/mutual-ssl.config.js';
import { MutualTlsStrategy } from '../../../../lib/strategies/mutual-tls/mutual-tls.strategy.js';
import { createSelfSigned, createTestCa, type IssuedCertificate, type TestCa, withUnreadableKey } from '../../../support/certificates.js';
import { mistakeIn } from '../../../support/mistake-in.js';

type Fields = Readonly<Record<string, string>>;

const PROXY = '10.0.0.7';
const prepare = (config: unknown): Authenticator =>
  new MutualTlsStrategy({ trustedProxies: [PROXY], warn: () => {} }).prepare(config as MutualSslConfig, 'certs');
const requestWith = (fields: Fields): AuthRequest => ({
  headers: { ...fields },
  rawHeaders: Object.entries(fields).flat(),
  socket: { remoteAddress: PROXY } as Socket,
});
const ask = (forwarded: unknown, fields: Fields, more: object = {}) =>
  prepare({ forwarded, ...more }).authenticate(requestWith(fields)) as Verdict;
const mistake = (forwarded: unknown, more: object = {}): string => mistakeIn(() => prepare({ forwarded, ...more }));

const der = ({ certPem }: IssuedCertificate) => new X509Certificate(certPem).raw.toString('base64');
const url = ({ certPem }: IssuedCertificate) => encodeURIComponent(certPem);
/** As AWS writes it: `+`, `=` and `/` stay as they are. */
const awsUrl = (pem: string) => encodeURIComponent(pem).replaceAll('%2B', '+').replaceAll('%2F', '/').replaceAll('%3D', '=');
const reasonOf = (verdict: Verdict) => ('reason' in verdict ? verdict.reason : verdict.outcome);

describe('certificates that a proxy forwards', () => {
  let ca: TestCa;
  let sub: TestCa;
  let alice: IssuedCertificate;
  let bob: IssuedCertificate;
  let forged: IssuedCertificate;
  beforeAll(async () => {
    ca = await createTestCa({ cn: 'Client CA' });
    sub = await ca.intermediate({ cn: 'Sub CA' });
    alice = await ca.issue({ cn: 'alice', sans: ['URI:spiffe://td/alice'] });
    bob = await sub.issue({ cn: 'bob' });
    forged = await (await createTestCa({ cn: 'Client CA' })).issue({ cn: 'alice' });
  });

  /** By the documentation of each product: its name, what it writes of a verified certificate, and the same of one that is not verified. */
  const PRODUCTS: readonly [ForwardedPreset, (certificate: IssuedCertificate) => Fields, Fields | undefined][] = [
    ['rfc9440', (each) => ({ 'client-cert': `:${der(each)}:` }), undefined],
    ['nginx', (each) => ({ 'x-ssl-client-cert': url(each), 'x-ssl-client-verify': 'SUCCESS' }), { 'x-ssl-client-verify': 'FAILED:unable' }],
    ['haproxy', (each) => ({ 'x-ssl-client-cert': der(each), 'x-ssl-client-verify': '0' }), { 'x-ssl-client-verify': '20' }],
    ['envoy', (each) => ({ 'x-forwarded-client-cert': `By=spiffe://td/b;Hash=0f;Cert="${url(each)}";Subject="CN=a,O=b";URI=` }), undefined],
    ['traefik', (each) => ({ 'x-forwarded-tls-client-cert': `${der(each)},${der(sub)}` }), undefined],
    ['aws-alb', (each) => ({ 'x-amzn-mtls-clientcert-leaf': awsUrl(each.certPem) }), undefined],
    [
      'google-cloud',
      (each) => ({ 'x-client-cert-leaf': `:${der(each)}:`, 'x-client-cert-chain-verified': 'true' }),
      { 'x-client-cert-chain-verified': 'false' },
    ],
    [
      'cloudflare',
      (each) => ({ 'cf-client-cert-der-base64': der(each), 'cf-cert-verified': 'true', 'cf-cert-revoked': 'false' }),
      { 'cf-cert-verified': 'false' },
    ],
  ];
  it.each(PRODUCTS)('name the caller with the preset %s, if it verified them', (preset, write, unverified) => {
    for (const form of [preset, { preset }]) {
      expect(ask(form, write(alice))).toMatchObject({ outcome: 'accepted', principal: { username: 'alice' } });
      expect(ask(form, {})).toEqual({ outcome: 'absent' });
    }
    if (unverified === undefined) return;
    expect(reasonOf(ask(preset, { ...write(alice), ...unverified }))).toBe('not_verified_by_proxy');
    const [[header = '', value = ''] = []] = Object.entries(write(alice));
    expect(reasonOf(ask(preset, { [header]: value }))).toBe('not_verified_by_proxy');
  });

  it.each<[ForwardedPreset, Fields]>([
    ['nginx', { 'x-ssl-client-verify': 'NONE' }],
    ['haproxy', { 'x-ssl-client-cert': '', 'x-ssl-client-verify': '0' }],
    ['google-cloud', { 'x-client-cert-leaf': '', 'x-client-cert-chain-verified': 'false' }],
    ['cloudflare', { 'cf-cert-verified': 'false', 'cf-cert-presented': 'false' }],
  ])('are not there with the preset %s, if it says so', (preset, fields) => {
    expect(ask(preset, fields)).toEqual({ outcome: 'absent' });
  });

  it('are refused if Cloudflare says that they are revoked, which it also calls verified', () => {
    const fields = { 'cf-client-cert-der-base64': der(alice), 'cf-cert-verified': 'true', 'cf-cert-revoked': 'true' };
    expect(reasonOf(ask('cloudflare', fields))).toBe('revoked');
  });

  const UNVERIFIED: readonly [ForwardedPreset, (...chain: IssuedCertificate[]) => Fields][] = [
    ['aws-alb-passthrough', (...chain) => ({ 'x-amzn-mtls-clientcert': awsUrl(chain.map(({ certPem }) => certPem).join('')) })],
    ['azure-app-service', (each) => ({ 'x-arr-clientcert': each === undefined ? '' : der(each) })],
    ['cloud-foundry', (each) => ({ 'x-forwarded-client-cert': each === undefined ? '' : der(each) })],
  ];
  it.each(UNVERIFIED)('are verified here with the preset %s, which needs the CAs', async (preset, write) => {
    for (const form of [preset, { preset }]) expect(mistake(form)).toMatch(new RegExp(`^forwarded: .*\\{ preset: "${preset}", ca: `));
    const form = { preset, ca: ca.certPem };
    expect(ask(form, write(alice))).toMatchObject({ principal: { username: 'alice' } });
    expect(ask(form, {})).toEqual({ outcome: 'absent' });
    expect(reasonOf(ask(form, write(forged)))).toBe('unverified');
    expect(reasonOf(ask(form, write(bob)))).toBe('unverified');
    expect(ask({ preset, ca: [ca.certPem, sub.certPem] }, write(bob))).toMatchObject({ principal: { username: 'bob' } });
    expect(reasonOf(ask(form, write(await ca.issue({ cn: 'alice', eku: ['serverAuth'] }))))).toBe('wrong_purpose');
    const over = await ca.issue({ notBefore: new Date(Date.now() - 2e8), notAfter: new Date(Date.now() - 1e8) });
    expect(reasonOf(ask(form, write(over)))).toBe('expired');
  });

  it('are tried here with every preset', () => {
    const names: readonly ForwardedPreset[] = PRESET_NAMES;
    expect([...PRODUCTS.map(([name]) => name), ...UNVERIFIED.map(([name]) => name), 'istio'].sort()).toEqual([...names].sort());
  });

  it('are verified along the chain that AWS passes through', async () => {
    const chain = (...certificates: IssuedCertificate[]) => ({
      'x-amzn-mtls-clientcert': awsUrl(certificates.map(({ certPem }) => certPem).join('')),
    });
    for (const form of [
      { preset: 'aws-alb-passthrough', ca: ca.certPem },
      { header: 'X-Amzn-Mtls-Clientcert', ca: ca.certPem },
    ]) {
      expect(ask(form, chain(bob, sub))).toMatchObject({ principal: { username: 'bob' } });
      expect(reasonOf(ask(form, chain(forged, ca)))).toBe('unverified');
    }
    const dead = await ca.intermediate({ notBefore: new Date(Date.now() - 2e8), notAfter: new Date(Date.now() - 1e8) });
    expect(reasonOf(ask({ preset: 'aws-alb-passthrough', ca: ca.certPem }, chain(await dead.issue(), dead)))).toBe('expired');
  });

  it('are verified against a self-signed certificate that is listed, which stands for its own holder alone', async () => {
    const own = await createSelfSigned({ cn: 'device' });
    const form = { preset: 'azure-app-service', ca: [ca.certPem, own.certPem] };
    expect(ask(form, { 'x-arr-clientcert': der(own) })).toMatchObject({ principal: { username: 'device' } });
    expect(reasonOf(ask(form, { 'x-arr-clientcert': der(await createSelfSigned({ cn: 'device' })) }))).toBe('unverified');
  });

  it('are refused where a proxy that verifies them writes two in place of one', () => {
    const fields = { 'x-ssl-client-cert': encodeURIComponent(alice.certPem + bob.certPem), 'x-ssl-client-verify': 'SUCCESS' };
    expect(reasonOf(ask('nginx', fields))).toBe('malformed_forwarded_certificate');
    expect(ask('nginx', { ...fields, 'x-ssl-client-cert': url(alice) }).outcome).toBe('accepted');
  });

  it('are verified beside what the proxy says, where the CAs are configured', () => {
    const form = { preset: 'nginx', ca: ca.certPem };
    const fields = (each: IssuedCertificate, says = 'SUCCESS') => ({ 'x-ssl-client-cert': url(each), 'x-ssl-client-verify': says });
    expect(ask(form, fields(alice)).outcome).toBe('accepted');
    expect(reasonOf(ask(form, fields(forged)))).toBe('unverified');
    expect(reasonOf(ask(form, fields(alice, 'NONE')))).toBe('not_verified_by_proxy');
    const traefik = { preset: 'traefik', ca: ca.certPem };
    expect(ask(traefik, { 'x-forwarded-tls-client-cert': `${der(bob)},${der(sub)}` })).toMatchObject({ principal: { username: 'bob' } });
    expect(reasonOf(ask(traefik, { 'x-forwarded-tls-client-cert': der(bob) }))).toBe('unverified');
  });

  it('keep their verdict: a refused one is not verified again, nor an accepted one', () => {
    const authenticator = prepare({ forwarded: { preset: 'azure-app-service', ca: ca.certPem } });
    const request = requestWith({ 'x-arr-clientcert': der(forged) });
    expect(authenticator.authenticate(request)).toBe(authenticator.authenticate(request));
  });

  it('take the words of the proxy that are configured beside a preset', () => {
    const form = { preset: 'haproxy', verified: ['0', '18'] };
    const fields = (says: string) => ({ 'x-ssl-client-cert': der(alice), 'x-ssl-client-verify': says });
    expect(['0', '18', '10', '00', '+0', ''].map((says) => ask(form, fields(says)).outcome)).toEqual([
      'accepted',
      'accepted',
      ...Array.from({ length: 4 }, () => 'rejected'),
    ]);
  });

  describe('without the certificate itself', () => {
    const XFCC = { header: 'X-Forwarded-Client-Cert' };
    const BY_URI = { usernameFrom: 'SAN:uri' };
    const field = (value: string) => ({ 'x-forwarded-client-cert': `By=spiffe://td/orders;Hash=0f;Subject="";${value}` });
    const web = 'spiffe://cluster.local/ns/shop/sa/web';

    it('name the caller by URI', () => {
      for (const form of ['istio', { preset: 'istio' }, 'envoy', XFCC])
        expect(ask(form, field(`URI=${web}`), BY_URI)).toEqual({
          outcome: 'accepted',
          principal: { scheme: 'certs', method: 'mtls', username: web, scopes: [], roles: [], permissions: [], claims: {} },
        });
    });

    it.each([
      ['URI=spiffe://td/a;URI=spiffe://td/b', 'ambiguous_username'],
      ['URI=', 'no_username'],
      ['DNS=a', 'no_username'],
      ['URI="spiffe://td/a\u0000b"', 'malformed_name'],
      ['URI=a,URI=b', 'several_forwarded_certificates'],
      ['URI="a', 'malformed_forwarded_certificate'],
    ])('are refused with %s', (value, reason) => {
      expect(reasonOf(ask('istio', field(value), BY_URI))).toBe(reason);
    });

    it('name no caller where the name comes from another field, or the issuer counts', () => {
      const issuer = 'CN=Client CA';
      const mappings = { systemMappings: [{ trustedIssuer: issuer, certThumbprint: '*', allowedSystemUser: 'batch' }] };
      for (const more of [{}, { usernameFrom: 'subject' }, { ...BY_URI, trustedIssuer: issuer }, mappings])
        expect(reasonOf(ask(XFCC, field(`URI=${web}`), more))).toBe('no_forwarded_certificate');
      expect(reasonOf(ask({ ...XFCC, ca: ca.certPem }, field(`URI=${web}`), BY_URI))).toBe('no_forwarded_certificate');
    });

    it('name the caller of the element that is configured, and not of one that a client wrote', () => {
      const value = field('URI=spiffe://td/admin')['x-forwarded-client-cert'];
      const both = { 'x-forwarded-client-cert': `${value},By=x;URI=${web}` };
      expect(reasonOf(ask('istio', both, BY_URI))).toBe('several_forwarded_certificates');
      for (const form of [{ preset: 'istio' }, XFCC])
        expect(ask({ ...form, hop: 'last' }, both, BY_URI)).toMatchObject({ principal: { username: web } });
    });

    it('stop the boot where the preset istio could name no caller', () => {
      expect(mistake('istio')).toMatch(/^usernameFrom: must be "SAN:uri"/);
      expect(mistake('istio', { ...BY_URI, trustedIssuer: 'CN=a' })).toMatch(/^trustedIssuer: cannot be checked/);
      expect(mistake({ preset: 'istio', ca: ca.certPem }, BY_URI)).toMatch(/^forwarded.ca: has no effect/);
      const mappings = { systemMappings: [{ trustedIssuer: 'CN=a', certThumbprint: '*', allowedSystemUser: 'batch' }] };
      expect(mistake('istio', mappings)).toMatch(/forwarded: cannot be used with mappings/);
    });
  });

  describe('stop the boot', () => {
    it.each<[unknown, RegExp]>([
      [{ header: 'X-Mine' }, /^forwarded.format: is needed: .*"x-mine"/],
      [{ header: 'X-Mine', format: 'pem' }, /^forwarded: nothing shows .*verifyHeader.*\(ca\)/],
      [{ header: 'X-Client-Cert' }, /^forwarded: nothing shows/],
      [{ header: 'X-ARR-ClientCert', format: 'der-base64' }, /^forwarded: nothing shows .*\(ca\)/],
      [{ header: 'X-SSL-Client-Cert', format: 'der-base64' }, /^forwarded: nothing shows/],
      [{ header: 'X-Forwarded-Client-Cert', format: 'der-base64' }, /^forwarded: nothing shows/],
      [{ header: 'Client-Cert', hop: 'second' }, /^forwarded.hop: must be "first" or "last"/],
      [{ preset: 'envoy', verified: ['yes'] }, /^forwarded.verified: has no effect/],
      [{ preset: 'traefik', hop: 'last' }, /^forwarded.hop: must not be "last"/],
      [{ preset: 'apache' }, /^forwarded.preset: must be "rfc9440"/],
      [{ preset: 'nginx', header: 'x' }, /^forwarded.header: is not a known field/],
      [{ preset: 'nginx', ca: '' }, /^forwarded.ca: must not be empty/],
      [{ preset: 'nginx', ca: 'no-such-file.pem' }, /^forwarded.ca: .*no-such-file.pem/],
      [{ preset: 'nginx', ca: '-----BEGIN CERTIFICATE-----' }, /^forwarded.ca: .*cut off/],
      [undefined, /^forwarded: /],
      [null, /^forwarded: /],
      [[], /^forwarded: /],
    ])('with %j', (forwarded, message) => {
      expect(mistake(forwarded)).toMatch(message);
    });

    it('with a format and nothing else, but not where one field shows that certificates are verified', () => {
      const form = { header: 'X-Mine', format: 'pem' };
      expect(mistake(form)).toMatch(/^forwarded: nothing shows/);
      for (const shown of [{ verifyHeader: 'X-Verified' }, { verified: ['yes'] }, { ca: ca.certPem }])
        expect(() => prepare({ forwarded: { ...form, ...shown } })).not.toThrow();
    });

    it('with a CA that cannot issue certificates', async () => {
      const weak = await createTestCa({ cn: 'Weak', keyType: 'rsa', keySize: 1024 });
      const broken = [ca.certPem, (await createSelfSigned({ cn: 'alone' })).certPem].map(withUnreadableKey);
      for (const each of [alice.certPem, weak.certPem, (await createTestCa({ cn: 'Servers', eku: ['serverAuth'] })).certPem, ...broken])
        expect(mistake({ preset: 'azure-app-service', ca: [ca.certPem, each] })).toMatch(
          /^forwarded.ca\[1\]: the certificate of CN=.* cannot be/,
        );
    });
  });

  it.each([
    ['Client-Cert', () => `:${der(alice)}:`],
    ['X-Forwarded-Client-Cert', () => `Cert="${url(alice)}"`],
    ['X-Forwarded-Tls-Client-Cert', () => der(alice)],
    ['X-Amzn-Mtls-Clientcert-Leaf', () => awsUrl(alice.certPem)],
  ])('have the format of the well-known name %s, whose products verify them', (header, value) => {
    expect(ask({ header }, { [header.toLowerCase()]: value() }).outcome).toBe('accepted');
  });
});
