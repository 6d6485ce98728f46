import { setTimeout } from 'node:timers/promises';
import { Controller, Get } from '@nestjs/common';
import { type AuthModuleOptions, AuthService, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import request from 'supertest';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, bootError, eventsOf, RecordingSink, withApp } from '../support/app.js';
import { createKey, goodClaims, mint } from '../support/tokens.js';

const key = createKey('ES256');

const SCHEMES = {
  sts: { jwtValidatorConfig: { issuer: 'https://sts.test', audience: 'orders', signatureConfig: { publicKey: key.pem } } },
  machines: { mutualSslConfig: {} },
} satisfies AuthModuleOptions['schemes'];

@ServiceAuth({ auth: ['sts'] })
@Controller('accounts')
class AccountsController {
  @Get() list(@CurrentPrincipal() { username }: Principal) {
    return { username };
  }
  @ResourceAuth({ auth: { acr: ['phr', 'mfa'], maxAuthAge: 300, scopes: 'transfer' } }) @Get('transfer') transfer() {
    return 'done';
  }
  @ResourceAuth({
    auth: [
      { scheme: 'sts', roles: 'chief' },
      { scheme: 'sts', acr: 'mfa' },
    ],
  })
  @Get('either')
  either() {
    return 'done';
  }
}

const token = (claims: object = {}) => mint(key, goodClaims({ sub: 'alice', scope: undefined, ...claims }));
const now = () => Math.floor(Date.now() / 1000);

describe.each(ADAPTERS)('step-up on %s', (adapter) => {
  const auth = { schemes: { sts: SCHEMES.sts }, eventSink: RecordingSink };
  const module = appModule({ auth, controllers: [AccountsController] });

  it('answers 401 with everything that the user must do, before the scopes are looked at', () =>
    withApp(adapter, module, async ({ app, url }) => {
      const { status, headers } = await request(url)
        .get('/accounts/transfer')
        .auth(await token(), { type: 'bearer' });
      expect(status).toBe(401);
      const challenge = headers['www-authenticate'];
      expect(challenge).toMatch(/^Bearer realm="api", error="insufficient_user_authentication", error_description="[^"]+"/);
      expect(challenge).toContain('acr_values="phr mfa"');
      expect(challenge).toContain('max_age="300"');
      expect(challenge).not.toContain('scope=');
      expect(eventsOf(app).at(-1)).toMatchObject({
        status: 401,
        code: 'ERR_AUTH_UNAUTHENTICATED',
        steps: [{ scheme: 'sts', outcome: 'step-up', reason: 'insufficient_authentication_context', username: 'alice' }],
      });
    }));

  it('admits the user that comes back, and asks again when the authentication is too old, for the same token', () =>
    withApp(adapter, module, async ({ app, url }) => {
      const fresh = await token({ acr: 'mfa', auth_time: now() - 297, scope: 'transfer' });
      await request(url).get('/accounts/transfer').auth(fresh, { type: 'bearer' }).expect(200);
      await setTimeout(4000);
      const { status, headers } = await request(url).get('/accounts/transfer').auth(fresh, { type: 'bearer' });
      expect(status).toBe(401);
      expect(headers['www-authenticate']).toContain('max_age="300"');
      expect(eventsOf(app).at(-1)?.steps[0]?.reason).toBe('authentication_too_old');
    }));

  it('answers 403 where the user has authenticated as required, and lacks the scope', () =>
    withApp(adapter, module, async ({ url }) => {
      const { status, headers } = await request(url)
        .get('/accounts/transfer')
        .auth(await token({ acr: 'phr', auth_time: now() }), { type: 'bearer' });
      expect(status).toBe(403);
      expect(headers['www-authenticate']).toContain('error="insufficient_scope", scope="transfer"');
    }));

  it('tells how to get in rather than that another entry forbids', () =>
    withApp(adapter, module, async ({ url }) => {
      const { status, headers } = await request(url)
        .get('/accounts/either')
        .auth(await token(), { type: 'bearer' });
      expect([status, headers['www-authenticate']]).toEqual([401, expect.stringContaining('acr_values="mfa"')]);
      await request(url)
        .get('/accounts/either')
        .auth(await token({ acr: 'mfa' }), { type: 'bearer' })
        .expect(200);
    }));

  it('is required by access rules of a file and of the options', () => {
    const rules = { rules: [{ context: '/vault', secured: true, acr: 'mfa', maxAuthAge: 60, allowedAuthHandlers: ['sts'] }] };
    @Controller('vault')
    class VaultController {
      @Get() open() {
        return 'open';
      }
    }
    return withApp(
      adapter,
      appModule({ auth: { ...auth, resourceAccessControl: rules }, controllers: [VaultController] }),
      async ({ app, url }) => {
        const { status, headers } = await request(url)
          .get('/vault')
          .auth(await token(), { type: 'bearer' });
        expect([status, headers['www-authenticate']]).toEqual([401, expect.stringContaining('acr_values="mfa", max_age="60"')]);
        await request(url)
          .get('/vault')
          .auth(await token({ acr: 'mfa', auth_time: now() }), { type: 'bearer' })
          .expect(200);
        const [row] = app.get(AuthService).policy();
        expect(row?.waysIn).toEqual([{ scheme: 'sts', acr: ['mfa'], maxAuthAge: 60 }]);
      },
    );
  });

  it('cannot be required of certificates alone: they do not say how a user authenticated', async () => {
    const only = { schemes: SCHEMES, defaultAuth: [{ scheme: 'machines', acr: 'mfa' }] } as const;
    const { message } = await bootError(adapter, appModule({ auth: only }));
    expect(message).toMatch(/defaultAuth\[0\]\.acr: cannot be required of callers of machines/);
  });
});
