import { Controller, Get } from '@nestjs/common';
import { type AuthModuleOptions, CurrentPrincipal, type Principal, ServiceAuth, type ToPrincipal } from 'nest-service-auth';
import { ADAPTERS, type AdapterName, startApp } from '../support/adapters.js';
import { appModule, eventsOf, RecordingSink, withApp } from '../support/app.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';

@ServiceAuth({ auth: ['sts'] })
@Controller()
class WhoController {
  @Get('who')
  who(@CurrentPrincipal() principal: Principal) {
    return principal;
  }
}

const key = createSecret('HS256');

function moduleWith(config: object, options: AuthModuleOptions = {}, extras: object = {}) {
  const schemes = { sts: { jwtValidatorConfig: { signatureConfig: { secret: key.secret }, ...config } } };
  return appModule({ auth: { schemes, ...options, ...extras }, controllers: [WhoController] });
}

async function bearer(claims: Record<string, unknown>): Promise<{ readonly authorization: string }> {
  return { authorization: `Bearer ${await mint(key, goodClaims(claims))}` };
}

/** The answer to one token, and what the log says of it. */
async function ask(adapter: AdapterName, config: object, claims: Record<string, unknown>, options: AuthModuleOptions = {}) {
  const logger = new RecordingLogger();
  const running = await startApp(adapter, moduleWith(config, options), { logger });
  const headers = await bearer(claims);
  const response = await fetch(`${running.url}/who`, { headers });
  const body = await response.text();
  await running.app.close();
  const log = logger.lines.join('\n');
  expect(log).not.toContain(headers.authorization.slice('Bearer '.length));
  return { status: response.status, body, log };
}

describe.each(ADAPTERS)('what a token says on %s', (adapter) => {
  it('becomes the principal that the configuration makes of it', async () => {
    const toPrincipal: ToPrincipal = ({ member }) => ({ permissions: Object.keys(member as object) });
    const config = { roleKey: ['realm_access.roles', 'role'], numericNames: true, toPrincipal };
    const claims = { sub: 42, client_id: 'shop', role: 'Read Only Admin', realm_access: { roles: ['staff'] }, member: { '/orders': {} } };
    const { body } = await ask(adapter, config, claims);
    expect(JSON.parse(body)).toMatchObject({
      username: '42',
      clientId: 'shop',
      roles: ['staff', 'Read Only Admin'],
      permissions: ['/orders'],
      claims,
    });
  });

  it.each<[string, object, Record<string, unknown>, string]>([
    [
      'issuer',
      { issuer: 'https://a.test' },
      { iss: 'https://a.test/' },
      'wrong_issuer: iss must be "https://a.test", not "https://a.test/"',
    ],
    [
      'audience',
      { audience: 'orders' },
      { aud: ['account\n200'] },
      String.raw`wrong_audience: aud must name "orders", not ["account\n200"]`,
    ],
    [
      'number',
      {},
      { sub: 42 },
      'malformed_subject: sub must be a string that is not empty, not a number. To accept whole numbers as names, set numericNames: true',
    ],
  ])('is told in every log where it is another %s', async (_what, config, claims, words) => {
    const { status, body, log } = await ask(adapter, config, claims);
    expect(status).toBe(401);
    expect(JSON.parse(body)).toEqual({ message: 'Unauthorized', statusCode: 401 });
    expect(log).toContain(`401 WhoController.who (GET /who): sts rejected (${words})`);
  });

  it.each<[string, object, Record<string, unknown>, string]>([
    [
      'custom claim',
      { customClaims: { 'org.tenant': 'eu' } },
      { org: { tenant: 'us-7' } },
      'the claim "org.tenant" must be "eu", not "us-7"',
    ],
    ['subject', { username: 'machine-7' }, { sub: 'us-7' }, 'sub must be "machine-7", not "us-7"'],
    ['token id', { jwtId: 'a' }, { jti: 'us-7' }, 'jti must be "a", not "us-7"'],
    ['kind of name', { usernameKey: 'id' }, { id: ['us-7'] }, '(["us-7"] came)'],
    ['time', {}, { exp: 1, nbf: 7 }, 'exp is 1 (1970-01-01T00:00:01.000Z), nbf is 7 ('],
  ])('is told where explanations are asked for, and only there, if it has another %s', async (_what, config, claims, words) => {
    expect((await ask(adapter, config, claims, { explain: true })).log).toContain(words);
    expect((await ask(adapter, config, claims)).log).not.toMatch(/us-7|1970/);
  });

  it('is refused where toPrincipal fails, and the log says why', async () => {
    const toPrincipal = () => {
      throw new Error('no tenant');
    };
    const { status, log } = await ask(adapter, { toPrincipal }, {});
    expect([status, log]).toEqual([401, expect.stringContaining('refused_by_to_principal: toPrincipal threw "no tenant")')]);
  });

  it('is mapped once for each verified token, and in events of refusals has its words', async () => {
    let calls = 0;
    const toPrincipal = () => {
      calls++;
      return {};
    };
    const module = moduleWith({ toPrincipal, issuer: 'https://sts.test' }, {}, { eventSink: RecordingSink });
    await withApp(adapter, module, async ({ app, url }) => {
      const headers = await bearer({});
      for (let each = 0; each < 3; each++) expect((await fetch(`${url}/who`, { headers })).status).toBe(200);
      expect((await fetch(`${url}/who`, { headers: await bearer({ iss: 'x' }) })).status).toBe(401);
      expect(eventsOf(app)[0]?.steps).toEqual([
        { scheme: 'sts', outcome: 'rejected', reason: 'wrong_issuer', detail: 'iss must be "https://sts.test", not "x"' },
      ]);
    });
    expect(calls).toBe(1);
  });
});
