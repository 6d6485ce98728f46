import { X509Certificate } from 'node:crypto';
import { Controller, Delete, Get, type INestApplication, Post } from '@nestjs/common';
import { CurrentPrincipal, type Principal, ResourceAuth } from 'nest-service-auth';
import { ADAPTERS, startApp } from '../support/adapters.js';
import { type AppParts, appModule } from '../support/app.js';
import { createSelfSigned } from '../support/certificates.js';
import { rawRequest } from '../support/raw-http.js';
import { createSecret, mint } from '../support/tokens.js';
import { basic, makeUsersFile, type UsersFile } from '../support/users-file.js';

const hmac = createSecret('HS256');
const ran: string[] = [];
const GOOD = basic('alice', 'alice@123');
const EVIL = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };

@Controller()
class OrdersController {
  @ResourceAuth({ auth: false })
  @Get('open')
  open() {
    return 'open';
  }
  @ResourceAuth({ auth: ['users'] })
  @Post('admin')
  place(@CurrentPrincipal() who: Principal) {
    ran.push(`POST ${who.username}`);
    return 'placed';
  }
  @Get('admin')
  read() {
    ran.push('GET');
    return 'read';
  }
  @ResourceAuth({ auth: ['users'] })
  @Delete('open')
  drop() {
    ran.push('DELETE');
    return 'dropped';
  }
  @ResourceAuth({ auth: ['forwarded'] })
  @Get('machines')
  machines() {
    ran.push('machines');
    return 'machine';
  }
  @ResourceAuth({ auth: ['session'] })
  @Post('session')
  session() {
    ran.push('session');
    return 'session';
  }
}

/** A request that runs no protected handler. */
interface Attack {
  readonly name: string;
  readonly reference: string;
  /** The request line, and the header fields. */
  readonly lines: readonly string[];
}

const of = (target: string, reference: string, ...fields: string[]): Attack => {
  return { name: `GET ${target}`, reference, lines: [`GET ${target} HTTP/1.1`, ...fields] };
};
const withFields = (name: string, reference: string, ...fields: string[]): Attack => {
  return { name, reference, lines: ['GET /admin HTTP/1.1', ...fields] };
};

const PATHS: readonly Attack[] = [
  of('/%61dmin', 'CVE-2025-69211, CVE-2026-22031, CVE-2026-2293'),
  of('/admi%6e/', 'CVE-2025-69211'),
  of('//admin', 'CVE-2026-2293'),
  of('/admin/', 'CVE-2026-2293'),
  of('/ADMIN', 'CVE-2026-2293'),
  of('/admin;x=1', 'CVE-2026-2293'),
  of('/open/../admin', 'CWE-22, RFC 3986 §5.2.4'),
  of('/open/%2e%2e/admin', 'CWE-22, RFC 3986 §6.2.2'),
  of('/open/..;/admin', 'CWE-22'),
  of('/open/..%2fadmin', 'CWE-22'),
  of('/open\\..\\admin', 'CWE-22'),
  of('/%2561dmin', 'CWE-174'),
  of('/admin%00', 'CWE-158'),
  of('/%c1%a1dmin', 'CWE-176, RFC 3629 §10'),
  of('/admin?/open', 'CWE-436'),
  of('http://evil.example/admin', 'RFC 9112 §3.2.2'),
];

const FIELDS: readonly Attack[] = [
  withFields('two Authorization fields, the first of them good', 'RFC 9110 §5.3', `Authorization: ${GOOD}`, 'Authorization: Bearer x'),
  withFields('two credentials in one field', 'RFC 9110 §11.6.2', `Authorization: Bearer x, ${GOOD}`),
  withFields('a name with a space before the colon', 'RFC 9112 §5.1', `Authorization : ${GOOD}`),
  withFields('a path of the rewriting kind', 'CWE-436', 'X-Original-URL: /open', 'X-Rewrite-URL: /open', 'X-Forwarded-Uri: /open'),
  withFields('a field that other frameworks take for an internal call', 'CVE-2025-29927', 'x-middleware-subrequest: middleware:middleware'),
  withFields('an address of this machine', 'CWE-290', 'X-Forwarded-For: 127.0.0.1', 'X-Real-IP: 127.0.0.1', 'Forwarded: for=127.0.0.1'),
  withFields('names of users that proxies write', 'CWE-290', 'X-Forwarded-User: alice', 'X-Remote-User: alice', 'X-User: alice'),
  withFields('two lengths of the body', 'RFC 9112 §6.3', 'Content-Length: 0', 'Transfer-Encoding: chunked'),
  {
    name: 'another method in a field',
    reference: 'CWE-650',
    lines: ['POST /open HTTP/1.1', 'Content-Length: 0', 'X-HTTP-Method-Override: DELETE'],
  },
  { name: 'HEAD', reference: 'CWE-650, RFC 9110 §9.3.2', lines: ['HEAD /admin HTTP/1.1'] },
  { name: 'TRACE', reference: 'RFC 9110 §9.3.8', lines: ['TRACE /admin HTTP/1.1', `Authorization: ${GOOD}`] },
];

const BASIC: readonly Attack[] = [
  ['__proto__', ''],
  ['constructor', 'x'],
  ['Alice', 'alice@123'],
  ['alice ', 'alice@123'],
  ['ａlice', 'alice@123'],
  ['alice\u0000', 'alice@123'],
  ['*', 'alice@123'],
  ['alice', ''],
  ['alice', 'alice@123\n'],
  ['', ''],
].map(([name = '', password = '']) => ({
  name: `the login ${JSON.stringify([name, password])}`,
  reference: 'RFC 7617 §2, CWE-178, CWE-1321',
  lines: ['POST /admin HTTP/1.1', 'Content-Length: 0', `Authorization: ${basic(name, password)}`],
}));

describe.each(ADAPTERS)('requests that attackers send, on %s', (adapter) => {
  let app: INestApplication;
  let url: string;
  let users: UsersFile;

  beforeAll(async () => {
    users = await makeUsersFile([
      { username: 'alice', password: 'alice@123' },
      { username: 'bob', password: 'bob@123' },
    ]);
    const auth: NonNullable<AppParts['auth']> = {
      schemes: {
        users: { fileUserStoreConfig: { path: users.path, allowPlainText: true } },
        forwarded: { mutualSslConfig: { forwarded: { header: 'Client-Cert' } } },
        session: { jwtValidatorConfig: { signatureConfig: { secret: hmac.secret }, tokenFrom: [{ cookie: 'token' }] } },
      },
      resourceAccessControl: { rules: [{ context: '/admin', secured: true, allowedAuthHandlers: ['users'] }] },
      trustedProxies: ['192.0.2.1'],
      publicUrl: 'https://shop.example',
    };
    ({ app, url } = await startApp(adapter, appModule({ auth, controllers: [OrdersController] })));
  });
  afterAll(async () => {
    await app?.close();
    await users.remove();
  });
  beforeEach(() => ran.splice(0));

  it.each([...PATHS, ...FIELDS, ...BASIC])('$name ($reference)', async ({ lines }) => {
    const { status } = await rawRequest(url, lines);
    expect([400, 401, 404, 405]).toContain(status);
    expect(ran).toEqual([]);
  });

  it('a certificate in a field of a proxy that is not trusted (RFC 9440 §4, CWE-290)', async () => {
    const field = `:${new X509Certificate((await createSelfSigned()).certPem).raw.toString('base64')}:`;
    const answer = await fetch(`${url}/machines`, { headers: { 'client-cert': field, 'x-forwarded-for': '192.0.2.1' } });
    expect([answer.status, ran]).toEqual([401, []]);
  });

  it('guesses that each name another address (CWE-307, CWE-348)', async () => {
    const statuses = [];
    for (let guess = 0; guess < 12; guess++) {
      const headers = { authorization: basic('bob', `guess ${guess}`), 'x-forwarded-for': `198.51.100.${guess}` };
      statuses.push((await fetch(`${url}/admin`, { method: 'POST', headers })).status);
    }
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
  });

  it('another site with the cookie of its visitor (CWE-352)', async () => {
    const cookie = `token=${await mint(hmac)}`;
    const send = (headers: Record<string, string>) => fetch(`${url}/session`, { method: 'POST', headers: { cookie, ...headers } });
    expect([(await send(EVIL)).ok, ran]).toEqual([false, []]);
    expect((await send({ 'sec-fetch-site': 'same-origin' })).status).toBe(201);
  });

  it('not defended: another site with the password that the browser has, on a route of HTTP (CWE-352)', async () => {
    expect((await fetch(`${url}/admin`, { method: 'POST', headers: { authorization: GOOD, ...EVIL } })).status).toBe(201);
  });
});
