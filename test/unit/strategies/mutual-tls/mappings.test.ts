import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { type AuthRequest, type MutualSslConfig, type Verdict } from 'nest-service-auth';
import { MutualTlsStrategy } from '../../../../lib/strategies/mutual-tls/mutual-tls.strategy.js';
import { type CertificateRequest, createTestCa, type TestCa } from '../../../support/certificates.js';

const PROXY = '10.0.0.7';
const ISSUER = 'CN=RootCA,O=WSO2,C=LK';
const FORWARDED = { header: 'client-cert' } as const;
const THUMBPRINT = 'AB'.repeat(32);

const prepare = (config: unknown, warnings: string[] = [], name = 'certs') =>
  new MutualTlsStrategy({ trustedProxies: [PROXY], warn: (message) => warnings.push(message) }).prepare(config as MutualSslConfig, name);

/** A request that a trusted proxy hands on. */
const requestWith = (certPem: string, headers: Record<string, string> = {}, url: string | undefined = '/'): AuthRequest => {
  const all = { 'client-cert': `:${new X509Certificate(certPem).raw.toString('base64')}:`, ...headers };
  return { url, headers: all, rawHeaders: Object.entries(all).flat(), socket: { remoteAddress: PROXY } as Socket };
};
const forUser = (user: string): Record<string, string> => ({ 'wso2-identity-user': Buffer.from(user).toString('latin1') });

const isUser = (username: string) => expect.objectContaining({ outcome: 'accepted', principal: expect.objectContaining({ username }) });
const refusal = (reason: string) => ({ outcome: 'rejected', reason });

let ca: TestCa;
let certPem: string;
let thumbprint: string;
beforeAll(async () => {
  ca = await createTestCa({ subject: [{ C: ['LK'] }, { O: ['WSO2'] }, { CN: ['RootCA'] }] });
  ({ certPem } = await ca.issue({ cn: 'gateway' }));
  thumbprint = new X509Certificate(certPem).fingerprint256;
});

const ask = (config: MutualSslConfig, headers: Record<string, string> = {}, url = '/', pem = certPem): Verdict =>
  prepare({ forwarded: FORWARDED, ...config }).authenticate(requestWith(pem, headers, url)) as Verdict;

describe('a user mapping', () => {
  const mapping = (change: object = {}) => ({
    trustedIssuer: ISSUER,
    certThumbprint: thumbprint,
    allowedUsernames: ['bob', 'zoë'],
    ...change,
  });

  it('lets the holder of the certificate speak for the users that it names', () => {
    expect(ask({ userMappings: [mapping()] }, forUser('bob'))).toEqual(isUser('bob'));
    expect(ask({ userMappings: [mapping()] }, forUser('zoë'))).toEqual(isUser('zoë'));
    expect(ask({ userMappings: [mapping()] }, forUser('eve'))).toEqual(refusal('user_not_allowed'));
    expect(ask({ userMappings: [mapping()] }, forUser('Bob'))).toEqual(refusal('user_not_allowed'));
  });

  it('keeps the certificate in sight, and gives the roles and scopes that it has', () => {
    const verdict = ask({ userMappings: [mapping({ roles: ['admin'], scopes: ['read', 'write'] })] }, forUser('bob'));
    expect(verdict).toMatchObject({
      principal: { method: 'mtls', scheme: 'certs', roles: ['admin'], scopes: ['read', 'write'], certificate: { subject: 'CN=gateway' } },
    });
  });

  it('gives neither roles nor scopes where it has none', () => {
    expect(ask({ userMappings: [mapping()] }, forUser('bob'))).toMatchObject({ principal: { roles: [], scopes: [] } });
  });

  it('is for any user only where that is written out', () => {
    expect(ask({ userMappings: [mapping({ allowedUsernames: ['*'] })] }, forUser('eve'))).toEqual(isUser('eve'));
    expect(ask({ userMappings: [mapping({ allowedUsernames: ['*'] })] }, forUser('*'))).toEqual(refusal('malformed_user_header'));
  });

  it.each([(text: string) => text.toLowerCase(), (text: string) => text.replaceAll(':', ''), (text: string) => text])(
    'knows the thumbprint however it is spelled (%#)',
    (spell) => {
      expect(ask({ userMappings: [mapping({ certThumbprint: spell(thumbprint) })] }, forUser('bob'))).toEqual(isUser('bob'));
    },
  );

  it('for the certificate itself comes before the one for all of its issuer, wherever it stands', () => {
    const anybody = mapping({ certThumbprint: '*', allowedUsernames: ['eve', 'bob'] });
    for (const userMappings of [
      [anybody, mapping()],
      [mapping(), anybody],
    ]) {
      expect(ask({ userMappings }, forUser('bob'))).toEqual(isUser('bob'));
      expect(ask({ userMappings }, forUser('eve'))).toEqual(refusal('user_not_allowed'));
    }
  });

  it('is about certificates of its issuer, by the whole name', async () => {
    const impostor = await createTestCa({ subject: [{ CN: ['RootCA'] }] });
    const other = await impostor.issue({ cn: 'gateway' });
    expect(ask({ userMappings: [mapping({ certThumbprint: '*' })] }, forUser('bob'), '/', other.certPem)).toEqual(
      refusal('no_user_mapping'),
    );
    expect(ask({ userMappings: [mapping({ certThumbprint: THUMBPRINT })] }, forUser('bob'))).toEqual(refusal('no_user_mapping'));
  });

  it('says nothing of requests without a user header', () => {
    expect(ask({ userMappings: [mapping()] })).toEqual(refusal('no_system_mapping'));
  });

  it.each([
    ['several_user_headers', 'bob, eve'],
    ['several_user_headers', 'bob,bob'],
    ['malformed_user_header', ''],
    ['malformed_user_header', 'b\tob'],
    ['malformed_user_header', '\u00a0bob'],
  ])('refuses as %s the header %j', (reason, value) => {
    expect(ask({ userMappings: [mapping({ allowedUsernames: ['*'] })] }, forUser(value))).toEqual(refusal(reason));
  });

  it('refuses a header that is not UTF-8', () => {
    const config = { userMappings: [mapping({ allowedUsernames: ['*'] })] };
    expect(ask(config, { 'wso2-identity-user': 'zo\xeb' })).toEqual(refusal('malformed_user_header'));
    expect(ask(config, { 'wso2-identity-user': 'zo\u0451' })).toEqual(refusal('malformed_user_header'));
  });

  it('admits no caller by a header of any other text', () => {
    const authenticator = prepare({ forwarded: FORWARDED, userMappings: [mapping()] });
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const headers = { 'wso2-identity-user': text };
        const { outcome } = authenticator.authenticate(requestWith(certPem, headers)) as Verdict;
        return outcome === (text === 'bob' ? 'accepted' : 'rejected');
      }),
      { numRuns: 200, examples: [['bob'], ['bob\0'], ['bob '], ['Bob'], ['bo\u00adb'], ['*'], ['zo\u00eb']] },
    );
  });

  it('refuses a header whose values came as a list, even of one', () => {
    const { headers, ...request } = requestWith(certPem, forUser('bob'));
    const listed = { ...request, headers: { ...headers, 'wso2-identity-user': ['bob'] } };
    const authenticator = prepare({ forwarded: FORWARDED, userMappings: [mapping()] });
    expect(authenticator.authenticate(listed)).toEqual(refusal('several_user_headers'));
  });

  it('refuses several header fields, also of the same user', () => {
    const request = requestWith(certPem, forUser('bob'));
    const authenticator = prepare({ forwarded: FORWARDED, userMappings: [mapping()] });
    const twice = { ...request, rawHeaders: [...request.rawHeaders, 'WSO2-IDENTITY-USER', 'bob'] };
    expect(authenticator.authenticate(request)).toEqual(isUser('bob'));
    expect(authenticator.authenticate(twice)).toEqual(refusal('several_user_headers'));
  });

  it('reads the header that it is told to, and no other', () => {
    const config = { userMappings: [mapping()], userHeader: 'X-On-Behalf-Of' };
    expect(ask(config, { 'x-on-behalf-of': 'bob' })).toEqual(isUser('bob'));
    expect(ask(config, forUser('bob'))).toEqual(refusal('no_system_mapping'));
  });

  it('counts only for certificates that count at all', () => {
    const config = { userMappings: [mapping()], trustedIssuer: 'CN=Other' };
    expect(ask(config, forUser('bob'))).toEqual(refusal('untrusted_issuer'));
  });
});

describe('a system mapping', () => {
  const mapping = (allowedSystemUser: string, change: object = {}) => ({
    trustedIssuer: ISSUER,
    certThumbprint: '*',
    allowedSystemUser,
    ...change,
  });

  it('names the caller of a request without a user header', () => {
    expect(ask({ systemMappings: [mapping('SYSTEM/admin')] })).toEqual(isUser('SYSTEM/admin'));
    expect(ask({ systemMappings: [mapping('batch', { roles: ['jobs'] })] })).toMatchObject({ principal: { roles: ['jobs'] } });
  });

  it('leaves the name to the certificate where that is written out, and needs one', async () => {
    expect(ask({ systemMappings: [mapping('*')] })).toEqual(isUser('gateway'));
    expect(ask({ systemMappings: [mapping('*')], usernameFrom: 'subject' })).toEqual(isUser('CN=gateway'));
    const other = mapping('batch', { trustedIssuer: 'CN=Other' });
    expect(ask({ systemMappings: [other, mapping('*')], usernameFrom: 'subject' })).toEqual(isUser('CN=gateway'));
    const nameless = await ca.issue({ subject: [{ O: ['Acme'] }] });
    expect(ask({ systemMappings: [mapping('*')] }, {}, '/', nameless.certPem)).toEqual(refusal('no_username'));
  });

  it('says nothing of requests with a user header', () => {
    expect(ask({ systemMappings: [mapping('admin')] }, forUser('admin'))).toEqual(refusal('no_user_mapping'));
  });

  it('stands beside user mappings, request by request', () => {
    const authenticator = prepare({
      forwarded: FORWARDED,
      systemMappings: [mapping('batch')],
      userMappings: [{ trustedIssuer: ISSUER, certThumbprint: '*', allowedUsernames: ['bob', 'eve'] }],
    });
    const names = ['bob', undefined, 'eve', 'mallory', undefined].map((user) =>
      authenticator.authenticate(requestWith(certPem, user === undefined ? {} : forUser(user))),
    );
    expect(names).toEqual([isUser('bob'), isUser('batch'), isUser('eve'), refusal('user_not_allowed'), isUser('batch')]);
  });
});

describe('intermediateCertValidation', () => {
  const validation = { intermediateCertValidation: { certCNs: ['Other', 'RootCA'] } };
  const named = async (request: CertificateRequest, config: MutualSslConfig = validation) =>
    ask(config, forUser('admin'), '/', (await ca.issue(request)).certPem);

  it.each([
    ['john', 'john', {}],
    ['SECONDARY/john', 'john', { userStore: 'SECONDARY' }],
    ['john@abc.com', 'john', { tenant: 'abc.com' }],
    ['SECONDARY/john@abc.com', 'john', { userStore: 'SECONDARY', tenant: 'abc.com' }],
    ['john@mail.example@abc.com', 'john@mail.example', { tenant: 'abc.com' }],
  ])('takes the common name %j apart, whatever the user header says', async (cn, username, claims) => {
    const verdict = await named({ cn });
    expect(verdict).toMatchObject({ outcome: 'accepted', principal: { username } });
    expect('principal' in verdict && verdict.principal.claims).toStrictEqual(claims);
  });

  it.each(['/john', 'SECONDARY/', 'john@', '@abc.com', 'A/B/john', 'john@abc/com', 'john @abc.com'])(
    'refuses the common name %j',
    async (cn) => {
      expect(await named({ cn })).toEqual(refusal('malformed_username'));
    },
  );

  it('refuses a subject without a common name, and an issuer that is not listed', async () => {
    expect(await named({ subject: [{ O: ['Acme'] }] })).toEqual(refusal('no_username'));
    expect(await named({ cn: '  ' })).toEqual(refusal('no_username'));
    expect(await named({}, { intermediateCertValidation: { certCNs: ['rootca', 'Root'] } })).toEqual(refusal('untrusted_issuer'));
  });

  it('refuses an issuer with two common names', async () => {
    const twofold = await createTestCa({ subject: [{ CN: ['RootCA'] }, { CN: ['Mallory'] }] });
    const { certPem: pem } = await twofold.issue({ cn: 'john' });
    expect(ask(validation, {}, '/', pem)).toEqual(refusal('untrusted_issuer'));
  });

  it('takes the issuer that is pinned beside it, and not another one of its common name', async () => {
    const impostor = await createTestCa({ subject: [{ O: ['Mallory'] }, { CN: ['RootCA'] }] });
    const { certPem: pem } = await impostor.issue({ cn: 'admin' });
    expect(ask(validation, {}, '/', pem)).toEqual(isUser('admin'));
    expect(ask({ ...validation, trustedIssuer: ISSUER }, {}, '/', pem)).toEqual(refusal('untrusted_issuer'));
    expect(ask({ ...validation, trustedIssuer: ISSUER })).toEqual(isUser('gateway'));
  });

  describe('with exempt contexts', () => {
    const config = {
      intermediateCertValidation: { certCNs: ['RootCA'], exemptContexts: ['scim2', '/api/identity/dcr/'] },
      systemMappings: [{ trustedIssuer: ISSUER, certThumbprint: '*', allowedSystemUser: 'mapped' }],
    };

    it.each([
      '/scim2',
      '/scim2/',
      '/scim2/Users?filter=x',
      '/SCIM2/Users',
      '/%73cim2/Users',
      '/api/identity/dcr/v1.1',
      '/api/identity/dcr?x',
    ])('goes by the mappings below %s', (url) => {
      expect(ask(config, {}, url)).toEqual(isUser('mapped'));
    });

    it.each(['/', '/evilscim2foo', '/scim2foo', '/x/scim2', '/users/scim2', '/api/identity', '/api/identity/dcrx', '/?/scim2'])(
      'goes by the common name at %s',
      (url) => {
        expect(ask(config, {}, url)).toEqual(isUser('gateway'));
      },
    );

    it.each(['scim2', '/scim2', 'scim2/', '/scim2/', '/SCIM2'])('means the same paths by %s', (context) => {
      const spelled = { ...config, intermediateCertValidation: { certCNs: ['RootCA'], exemptContexts: [context] } };
      const names = ['/scim2/Users', '/scim2', '/orders'].map((url) => ask(spelled, {}, url));
      expect(names).toEqual([isUser('mapped'), isUser('mapped'), isUser('gateway')]);
    });

    it.each(['/scim2/../orders', '//scim2/Users', '/scim2%2FUsers', '/scim2;x/Users', 'scim2'])(
      'refuses %s, which may be read as another path',
      (url) => {
        expect(ask(config, {}, url)).toEqual(refusal('ambiguous_path'));
      },
    );

    it('decides anew for every request', () => {
      const authenticator = prepare({ forwarded: FORWARDED, ...config });
      const names = ['/', '/scim2', '/'].map((url) => authenticator.authenticate(requestWith(certPem, {}, url)));
      expect(names).toEqual([isUser('gateway'), isUser('mapped'), isUser('gateway')]);
    });
  });
});
