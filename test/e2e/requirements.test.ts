import { Controller, type ExecutionContext, Get, Injectable } from '@nestjs/common';
import {
  type Authorizer,
  AuthService,
  createPrincipal,
  type Principal,
  type PrincipalInit,
  ResourceAuth,
  withArgs,
} from 'nest-service-auth';
import { decisionInWords } from '../../lib/plan/policy-words.js';
import { ADAPTERS, type RunningApp, startApp } from '../support/adapters.js';
import { appModule, eventsOf, RecordingSink } from '../support/app.js';

@Injectable()
class AtMost implements Authorizer<{ readonly limit: number }> {
  authorize(_principal: Principal, context: ExecutionContext, { limit }: { readonly limit: number }) {
    return Number(context.switchToHttp().getRequest<{ query: { amount: string } }>().query.amount) <= limit;
  }
}

@Controller()
class OrdersController {
  @ResourceAuth({ auth: [{ scheme: 'token', roles: ['clerk', 'manager'] }] })
  @Get('roles')
  roles() {}

  @ResourceAuth({ auth: [{ scheme: 'token', claims: { dept: { any: ['sales', 'hr'] }, 'realm.level': 3, tenant: { exists: true } } }] })
  @Get('claims')
  claims() {}

  @ResourceAuth({ auth: [{ scheme: 'token', authorizers: [withArgs(AtMost, { limit: 100 })] }] })
  @Get('small')
  small() {}

  @ResourceAuth({ auth: [{ scheme: 'token', authorizers: [{ use: AtMost, args: { limit: 1000 } }] }] })
  @Get('large')
  large() {}

  @ResourceAuth({ auth: [{ allOf: ['token', { scheme: 'other', claims: { dept: 'sales' } }] }] })
  @Get('member')
  member() {}

  @ResourceAuth({ auth: [{ allOf: ['token', 'other'], claims: { dept: 'sales' } }] })
  @Get('together')
  together() {}

  @Get('by-rule')
  byRule() {}
}

const module = () =>
  appModule({
    auth: {
      schemes: {
        token: { probeConfig: { header: 'x-token', challenges: [{ scheme: 'Bearer' }] } },
        other: { probeConfig: { header: 'x-other', challenges: [{ scheme: 'Other' }] } },
      },
      resourceAccessControl: {
        rules: [{ context: '/by-rule', secured: true, roles: ['clerk'], claims: { dept: 'sales' }, allowedAuthHandlers: ['token'] }],
      },
      authorizers: [AtMost],
      eventSink: RecordingSink,
      explain: true,
    },
    controllers: [OrdersController],
  });

const FULL = { dept: 'sales', realm: { level: 3 }, tenant: 't' };

describe.each(ADAPTERS)('requirements on %s', (adapter) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp(adapter, module());
  });
  afterAll(() => running.app.close());

  async function get(path: string, token: Partial<PrincipalInit>, other?: Partial<PrincipalInit>): Promise<[number, string | null]> {
    const headers = { 'x-token': JSON.stringify({ accept: token }), ...(other && { 'x-other': JSON.stringify({ accept: other }) }) };
    const response = await fetch(`${running.url}${path}`, { headers });
    return [response.status, response.headers.get('www-authenticate')];
  }
  const challenge = 'Bearer realm="api", error="insufficient_scope"';
  const reason = () => eventsOf(running.app).at(-1)?.steps[0]?.reason;

  it('admit a caller with one of the roles', async () => {
    expect(await get('/roles', { roles: ['manager'] })).toEqual([200, null]);
    expect(await get('/roles', { roles: ['visitor'], scopes: ['manager'] })).toEqual([403, challenge]);
    expect(reason()).toBe('insufficient_role');
  });

  it('admit a caller with all of the claims', async () => {
    expect(await get('/claims', { claims: FULL })).toEqual([200, null]);
    expect(await get('/claims', { claims: { ...FULL, dept: ['it', 'hr'] } })).toEqual([200, null]);
    for (const wrong of [{ dept: 'it' }, { realm: { level: '3' } }, { tenant: null }]) {
      expect(await get('/claims', { claims: { ...FULL, ...wrong } })).toEqual([403, challenge]);
      expect(reason()).toBe('insufficient_claim');
    }
  });

  it('give an authorizer the arguments of their declaration', async () => {
    expect(await get('/small?amount=100', {})).toEqual([200, null]);
    expect(await get('/small?amount=101', {})).toEqual([403, challenge]);
    expect(await get('/large?amount=101', {})).toEqual([200, null]);
  });

  it('of a member of allOf read the claims of that member', async () => {
    const sales = { claims: { dept: 'sales' } };
    expect(await get('/member', {}, sales)).toEqual([200, null]);
    // The scheme that forbids is not a bearer scheme.
    expect(await get('/member', sales, {})).toEqual([403, null]);
    expect(await get('/together', sales, {})).toEqual([200, null]);
    expect(await get('/together', {}, sales)).toEqual([403, challenge]);
  });

  it('stand in access rules, too', async () => {
    expect(await get('/by-rule', { roles: ['clerk'], claims: { dept: 'sales' } })).toEqual([200, null]);
    expect(await get('/by-rule', { roles: ['clerk'] })).toEqual([403, challenge]);
    expect(await get('/by-rule', { claims: { dept: 'sales' } })).toEqual([403, challenge]);
  });

  it('are explained, without the claims of the caller', async () => {
    await get('/by-rule', { roles: ['clerk'], claims: { dept: 'secret', iban: 'secret' } });
    expect(eventsOf(running.app).at(-1)?.explanation).toEqual([
      'The route is protected by: rule 0.',
      '1. token: the caller is "somebody", but lacks a claim, or has another value in it. Required: all of the roles ["clerk"] and the claim "dept" with one of the values ["sales"]. Held: scopes [], permissions [], roles ["clerk"].',
    ]);
  });

  it('are checked by AuthService, too', async () => {
    const service = running.app.get(AuthService);
    const caller = createPrincipal({ scheme: 's', method: 'm', username: 'u', roles: ['a'], claims: { dept: 'hr' } });
    await expect(service.authorize(caller, { roles: 'a', claims: { dept: 'hr' } })).resolves.toBeUndefined();
    await expect(service.authorize(caller, { roles: { all: ['a', 'b'] } })).rejects.toMatchObject({ status: 403 });
    await expect(service.authorize(caller, { claims: { dept: 'sales' } })).rejects.toMatchObject({ status: 403 });
  });

  it('stand in the policy', () => {
    const policy = running.app.get(AuthService).policy();
    const of = (path: string) => policy.find((entry) => entry.path === path);
    expect(of('/small')?.waysIn).toEqual([{ scheme: 'token', authorizers: [{ use: 'AtMost', args: { limit: 100 } }] }]);
    expect(of('/by-rule')?.waysIn).toEqual([{ scheme: 'token', roles: { all: ['clerk'] }, claims: { dept: 'sales' } }]);
    expect(policy.map((entry) => `${entry.path}: ${decisionInWords(entry)}`)).toEqual([
      '/by-rule: token (roles clerk; claim dept = "sales")',
      '/claims: token (claim dept = "sales" | "hr", claim realm.level = 3, claim tenant)',
      '/large: token (AtMost({"limit":1000}))',
      '/member: (token and other (claim dept = "sales"))',
      '/roles: token (any role of clerk, manager)',
      '/small: token (AtMost({"limit":100}))',
      '/together: (token and other) (claim dept = "sales")',
    ]);
  });
});
