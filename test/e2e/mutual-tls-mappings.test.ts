import { X509Certificate } from 'node:crypto';
import { Controller, Get, type INestApplication } from '@nestjs/common';
import { type AuthModuleOptions, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth, secureSocket } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { appModule, eventsOf, RecordingSink } from '../support/app.js';
import { createTestCa, type IssuedCertificate, type TestCa } from '../support/certificates.js';
import { exchangeOnce, keepConnection } from '../support/tls-client.js';
import { createSecret, goodClaims, mintRaw } from '../support/tokens.js';

@ServiceAuth({ auth: ['mapped'] })
@Controller()
class MappedController {
  @Get('mapped')
  mapped(@CurrentPrincipal() who: Principal) {
    return who;
  }

  @ResourceAuth({ auth: { permissions: '/permission/admin/users' } })
  @Get('admin')
  admin(@CurrentPrincipal() who: Principal) {
    return who;
  }

  @ResourceAuth({ auth: ['plain'] })
  @Get('plain')
  plain(@CurrentPrincipal() who: Principal) {
    return who;
  }

  @ResourceAuth({ auth: ['tokens'] })
  @Get('bound')
  bound(@CurrentPrincipal() who: Principal) {
    return who;
  }
}

@ServiceAuth({ auth: ['intermediate'] })
@Controller()
class IntermediateController {
  @Get(['scim2/Users', 'evilscim2foo', 'users/:name'])
  users(@CurrentPrincipal() who: Principal) {
    return who;
  }
}

const ISSUER = 'CN=RootCA,O=WSO2,C=LK';
const forUser = (user: string) => ({ 'WSO2-Identity-User': user });

describe.each(ADAPTERS)('certificate mappings on %s', (adapter) => {
  const secret = createSecret('HS256');
  let ca: TestCa;
  let server: IssuedCertificate;
  let gateway: IssuedCertificate;
  let machine: IssuedCertificate;
  let schemes: NonNullable<AuthModuleOptions['schemes']>;
  let app: INestApplication;
  let url: string;
  let behindProxy: INestApplication;
  let plainUrl: string;

  const thumbprintOf = ({ certPem }: IssuedCertificate) => new X509Certificate(certPem).fingerprint256;
  const as = ({ certPem, keyPem }: IssuedCertificate) => ({ ca: ca.certPem, cert: certPem, key: keyPem });
  const start = (auth: AuthModuleOptions, httpsOptions?: object) => {
    const options = { roles: { admin: ['/permission/admin'] }, eventSink: RecordingSink, ...auth };
    return startApp(adapter, appModule({ auth: options, controllers: [MappedController, IntermediateController] }), {
      ...(httpsOptions && { httpsOptions }),
    });
  };

  beforeAll(async () => {
    ca = await createTestCa({ subject: [{ C: ['LK'] }, { O: ['WSO2'] }, { CN: ['RootCA'] }] });
    [server, gateway, machine] = await Promise.all([ca.issue(), ca.issue({ cn: 'gateway' }), ca.issue({ cn: 'PRIMARY/machine@wso2.com' })]);
    const mappings = {
      userMappings: [
        { trustedIssuer: ISSUER, certThumbprint: thumbprintOf(gateway), allowedUsernames: ['bob', 'eve'] },
        { trustedIssuer: ISSUER, certThumbprint: '*', allowedUsernames: ['guest'] },
      ],
      systemMappings: [
        {
          trustedIssuer: ISSUER,
          certThumbprint: thumbprintOf(machine).replaceAll(':', '').toLowerCase(),
          allowedSystemUser: 'batch',
          roles: ['admin'],
        },
      ],
    };
    schemes = {
      mapped: { mutualSslConfig: mappings },
      plain: { mutualSslConfig: {} },
      intermediate: {
        mutualSslConfig: {
          ...mappings,
          // By the fingerprint of the CA, which forwarded certificates cannot be checked against.
          systemMappings: mappings.systemMappings.map((mapping) => ({ ...mapping, trustedIssuer: thumbprintOf(ca) })),
          intermediateCertValidation: { certCNs: ['RootCA'], exemptContexts: ['scim2'] },
        },
      },
      tokens: { jwtValidatorConfig: { signatureConfig: { secret: secret.secret } } },
    };
    const key = { certFile: server.certPem, keyFile: server.keyPem };
    ({ app, url } = await start({ schemes }, secureSocket({ key, mutualSsl: { verifyClient: 'OPTIONAL', cert: ca.certPem } })));
    const mapped = { mutualSslConfig: { ...mappings, forwarded: { header: 'client-cert' } } };
    ({ app: behindProxy, url: plainUrl } = await start({ schemes: { ...schemes, mapped }, trustedProxies: ['127.0.0.1'] }));
  });
  afterAll(async () => {
    await app.close();
    await behindProxy.close();
  });

  const ask = (path: string, certificate: IssuedCertificate, headers: Record<string, string> = {}) =>
    exchangeOnce(`${url}/${path}`, as(certificate), headers);
  const nameIn = (body: string) => (JSON.parse(body) as Partial<Principal>).username;
  const lastReason = (of = app) => eventsOf(of).at(-1)?.steps.at(0)?.reason;

  it('let the holder of a certificate speak for the users of its mapping', async () => {
    const { status, body } = await ask('mapped', gateway, forUser('bob'));
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ username: 'bob', method: 'mtls', certificate: { subject: 'CN=gateway' } });
    expect(nameIn((await ask('mapped', machine, forUser('guest'))).body)).toBe('guest');
  });

  it.each([
    ['another user', { 'WSO2-Identity-User': 'admin' }, 'user_not_allowed'],
    ['a user whom only the mapping of every certificate names', { 'WSO2-Identity-User': 'guest' }, 'user_not_allowed'],
    ['a user in another case', { 'WSO2-Identity-User': 'BOB' }, 'user_not_allowed'],
    ['two users', { 'WSO2-Identity-User': 'bob', 'wso2-identity-user': 'eve' }, 'several_user_headers'],
    ['one user twice', { 'WSO2-Identity-User': 'bob', 'wso2-identity-user': 'bob' }, 'several_user_headers'],
    ['two users in one field', { 'WSO2-Identity-User': 'bob, eve' }, 'several_user_headers'],
    ['nobody', { 'WSO2-Identity-User': '' }, 'malformed_user_header'],
    ['itself', {}, 'no_system_mapping'],
  ])('refuse the gateway that speaks for %s', async (_name, headers, reason) => {
    expect((await ask('mapped', gateway, headers)).status).toBe(401);
    expect(lastReason()).toBe(reason);
  });

  it('name a machine that sends no user, with the roles of its mapping', async () => {
    expect(nameIn((await ask('mapped', machine)).body)).toBe('batch');
    expect(nameIn((await ask('admin', machine)).body)).toBe('batch');
    expect((await ask('admin', machine, forUser('guest'))).status).toBe(403);
  });

  it('decide about every request of a connection', async () => {
    const connection = keepConnection(url, as(gateway));
    const seen: [number, string | undefined, boolean][] = [];
    for (const user of ['bob', 'admin', 'eve', undefined, 'bob']) {
      const { status, body, reused } = await connection.get('/mapped', user === undefined ? {} : forUser(user));
      seen.push([status, nameIn(body), reused]);
    }
    connection.close();
    expect(seen).toEqual([
      [200, 'bob', false],
      [401, undefined, true],
      [200, 'eve', true],
      [401, undefined, true],
      [200, 'bob', true],
    ]);
  });

  it('decide about every request with a forwarded certificate', async () => {
    const header = { 'Client-Cert': `:${new X509Certificate(gateway.certPem).raw.toString('base64')}:` };
    const seen: [number, string | undefined][] = [];
    for (const user of ['bob', 'admin', 'eve', undefined]) {
      const response = await fetch(`${plainUrl}/mapped`, { headers: { ...header, ...(user !== undefined && forUser(user)) } });
      seen.push([response.status, nameIn(await response.text())]);
    }
    expect(seen).toEqual([
      [200, 'bob'],
      [401, undefined],
      [200, 'eve'],
      [401, undefined],
    ]);
  });

  it('are what a user header counts for, and nothing else', async () => {
    expect(nameIn((await ask('plain', gateway, forUser('admin'))).body)).toBe('gateway');
    expect((await exchangeOnce(`${url}/mapped`, { ca: ca.certPem }, forUser('bob'))).status).toBe(401);
  });

  describe('beside intermediateCertValidation', () => {
    it.each(['evilscim2foo', 'users/scim2'])('do not count at /%s: the common name does', async (path) => {
      const { body } = await ask(path, machine, forUser('guest'));
      expect(JSON.parse(body)).toMatchObject({ username: 'machine', claims: { userStore: 'PRIMARY', tenant: 'wso2.com' } });
    });

    it('count below an exempt context', async () => {
      expect(nameIn((await ask('scim2/Users', machine)).body)).toBe('batch');
      expect(nameIn((await ask('scim2/Users?x=/users/x', machine, forUser('guest'))).body)).toBe('guest');
      expect((await ask('scim2/Users', gateway, forUser('guest'))).status).toBe(401);
      expect(lastReason()).toBe('user_not_allowed');
    });

    it('count on the same connection as the common name does', async () => {
      const connection = keepConnection(url, as(machine));
      const names: (string | undefined)[] = [];
      for (const path of ['/evilscim2foo', '/scim2/Users', '/evilscim2foo']) names.push(nameIn((await connection.get(path)).body));
      connection.close();
      expect(names).toEqual(['machine', 'batch', 'machine']);
    });
  });

  it('do not help a token that is bound to a forwarded certificate: that is good on its own connection only', async () => {
    const octets = Buffer.from(thumbprintOf(gateway).replaceAll(':', ''), 'hex');
    const token = mintRaw(secret, { alg: 'HS256' }, goodClaims({ cnf: { 'x5t#S256': octets.toString('base64url') } }));
    const headers = { Authorization: `Bearer ${token}` };
    const forwarded = { 'Client-Cert': `:${new X509Certificate(gateway.certPem).raw.toString('base64')}:` };
    expect((await ask('bound', gateway, headers)).status).toBe(200);
    expect((await ask('bound', machine, headers)).status).toBe(401);
    expect((await fetch(`${plainUrl}/bound`, { headers: { ...headers, ...forwarded } })).status).toBe(401);
    expect(lastReason(behindProxy)).toBe('certificate_mismatch');
  });
});
