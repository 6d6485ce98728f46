import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Get } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { type AuthModuleOptions, ResourceAuth } from 'nest-service-auth';
import { describeAuth } from 'nest-service-auth/openapi';
import { as, overrideAuth } from 'nest-service-auth/testing';
import request from 'supertest';
import { ADAPTERS } from '../support/adapters.js';
import { appModule, withApp } from '../support/app.js';
import { createKey, goodClaims, mint } from '../support/tokens.js';

const key = createKey('ES256');
const jwt = { issuer: 'https://sts.test', audience: 'orders', signatureConfig: { publicKey: key.pem } };
const schemes = { sts: { jwtValidatorConfig: jwt } } satisfies AuthModuleOptions['schemes'];
const now = () => Math.floor(Date.now() / 1000);

@Controller('vault')
class PlainController {
  @Get() open() {
    return 'open';
  }
}

@Controller('vault')
class VaultController {
  @ResourceAuth({ auth: [{ scheme: 'sts', acr: ['phr', 'mfa'], maxAuthAge: 60 }] }) @Get() open() {
    return 'open';
  }
}

describe.each(ADAPTERS)('step-up in the surroundings of an application, on %s', (adapter) => {
  it('is required by a TOML file: acr and max_auth_age', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'step-up-'));
    const file = join(folder, 'deployment.toml');
    const rule = 'context = "/vault"\nsecured = true\nacr = ["phr", "mfa"]\nmax_auth_age = 60\nallowed_auth_handlers = ["sts"]\n';
    await writeFile(file, `[[resource.access_control]]\n${rule}`);
    try {
      await withApp(
        adapter,
        appModule({ auth: { schemes, resourceAccessControl: { file } }, controllers: [PlainController] }),
        async ({ url }) => {
          const ask = async (claims: Record<string, unknown>) =>
            request(url)
              .get('/vault')
              .auth(await mint(key, goodClaims(claims)), { type: 'bearer' });
          const { status, headers } = await ask({});
          expect([status, headers['www-authenticate']]).toEqual([401, expect.stringContaining('acr_values="phr mfa", max_age="60"')]);
          expect((await ask({ acr: 'mfa', auth_time: now() - 90 })).status).toBe(401);
          expect((await ask({ acr: 'mfa', auth_time: now() })).status).toBe(200);
        },
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is an answer 401 of the operation in OpenAPI, with its challenge, and no 403', () =>
    withApp(adapter, appModule({ auth: { schemes }, controllers: [VaultController] }), async ({ app }) => {
      const document = describeAuth(app, SwaggerModule.createDocument(app, new DocumentBuilder().build()));
      const responses = document.paths['/vault']?.get?.responses ?? {};
      expect(JSON.stringify(responses['401'])).toContain('insufficient_user_authentication');
      expect(JSON.stringify(responses['401'])).toContain('acr_values');
      expect(responses['403']).toBeUndefined();
    }));

  it('is in the metadata of the resource together with DPoP', async () => {
    const resource = { url: 'https://api.example.com/vault' };
    const metadataWith = async (dpop: 'accepted' | 'required') => {
      let body: unknown;
      const bound = { sts: { jwtValidatorConfig: { ...jwt, dpop } } };
      await withApp(adapter, appModule({ auth: { schemes: bound, resource }, controllers: [VaultController] }), async ({ url }) => {
        ({ body } = await request(url).get('/.well-known/oauth-protected-resource/vault'));
      });
      return body;
    };
    const algorithms = { dpop_signing_alg_values_supported: expect.arrayContaining(['ES256']) };
    const accepted = await metadataWith('accepted');
    expect(accepted).toMatchObject(algorithms);
    expect(accepted).not.toHaveProperty('dpop_bound_access_tokens_required');
    expect(await metadataWith('required')).toMatchObject({ ...algorithms, dpop_bound_access_tokens_required: true });
  });
});

it('is met in tests by a caller with acr and authTime', async () => {
  const builder = Test.createTestingModule({ imports: [appModule({ auth: { schemes }, controllers: [VaultController] })] });
  const app = (await overrideAuth(builder).compile()).createNestApplication();
  await app.listen(0, '127.0.0.1');
  try {
    const statusOf = async (caller: object) =>
      (
        await request(await app.getUrl())
          .get('/vault')
          .set(as(caller))
      ).status;
    expect(await statusOf({ acr: 'mfa', authTime: now() })).toBe(200);
    expect(await statusOf({ acr: 'pwd', authTime: now() })).toBe(401);
    expect(await statusOf({ acr: 'mfa', authTime: now() - 90 })).toBe(401);
    expect(await statusOf({ acr: 'mfa' })).toBe(401);
  } finally {
    await app.close();
  }
});
