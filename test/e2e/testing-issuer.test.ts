import { Controller, Get } from '@nestjs/common';
import { AuthModule, CurrentPrincipal, type Principal, ServiceAuth } from 'nest-service-auth';
import { as, startTestIssuer } from 'nest-service-auth/testing';
import request from 'supertest';
import { AppModule, closeAll, start } from '../support/overridden-app.js';

afterEach(closeAll);

describe('an application that trusts a test issuer', () => {
  test('verifies its tokens, by key and by introspection', async () => {
    const issuer = await startTestIssuer({ audience: 'shelf' });
    try {
      const app = await start({ imports: [AppModule] }, { issuer });
      const get = (path: string, headers: object) =>
        request(app.getHttpServer())
          .get(path)
          .set({ ...headers });
      const answer = await get('/shelf', await issuer.bearer({ scope: 'read', sub: 'bob' })).expect(200);
      expect(answer.body).toMatchObject({ scheme: 'staff', method: 'jwt', username: 'bob', claims: { iss: issuer.url } });
      await get('/shelf', await issuer.bearer({ scope: 'write' })).expect(403);
      await get('/shelf', await issuer.bearer({ scope: 'read', aud: 'another' })).expect(401);
      await get('/shelf', await issuer.bearer({ scope: 'read', exp: 1 })).expect(401);
      const opaque = { authorization: `Bearer ${await issuer.opaque({ sub: 'eve' })}` };
      expect((await get('/shelf/partners', opaque).expect(200)).body).toMatchObject({ method: 'introspection', username: 'eve' });
      await get('/shelf/partners', { authorization: 'Bearer invented' }).expect(401);
      await get('/shelf', as({ username: 'carol', scopes: ['read'] })).expect(200);
    } finally {
      await issuer.close();
    }
  });

  test('answers 503 while the issuer fails, and accepts tokens again afterwards', async () => {
    const issuer = await startTestIssuer({ audience: 'shelf', algorithm: 'ES256' });
    try {
      const app = await start({ imports: [AppModule] }, { issuer });
      const ask = async () =>
        request(app.getHttpServer())
          .get('/shelf/partners')
          .set(await issuer.bearer());
      issuer.fail(500);
      expect((await ask()).status).toBe(503);
      issuer.recover();
      expect((await ask()).status).toBe(200);
    } finally {
      await issuer.close();
    }
  });

  test('does not accept the tokens of a key that was rotated away', async () => {
    const issuer = await startTestIssuer();
    try {
      const before = await issuer.token();
      await issuer.rotate();
      const answer = await fetch(`${issuer.url}/keys`);
      const { keys } = (await answer.json()) as { keys: { kid: string }[] };
      const kidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
      expect(keys.map(({ kid }) => kid)).toEqual([kidOf(await issuer.token())]);
      expect(kidOf(before)).not.toBe(keys[0]?.kid);
    } finally {
      await issuer.close();
    }
  });
});

@ServiceAuth({ auth: ['staff'] })
@Controller('shelf')
class BoundShelfController {
  @Get() who(@CurrentPrincipal() { username }: Principal) {
    return username;
  }
}

describe('a client with a key, of a test issuer', () => {
  const url = 'https://api.example.com/shelf';
  const bound = { jwtValidatorConfig: { audience: 'shelf', dpop: 'required' } };
  const opaque = { oauth2IntrospectionConfig: { url: 'https://id.invalid/introspect', audience: 'shelf', dpop: 'required' } };

  test.each([
    ['signed', bound],
    ['opaque', opaque],
  ] as const)('gets in with a %s token and a proof for each request, and not otherwise', async (kind, scheme) => {
    const issuer = await startTestIssuer({ audience: 'shelf' });
    try {
      const module = { publicUrl: 'https://api.example.com', schemes: { staff: scheme } as never };
      const imports = [AuthModule.forRoot(module)];
      const app = await start({ imports, controllers: [BoundShelfController] }, { issuer });
      const [client, other] = [await issuer.dpop(), await issuer.dpop()];
      const token = kind === 'signed' ? await client.token({ sub: 'bob' }) : await client.opaque({ sub: 'bob' });
      const get = async (headers: object) =>
        (
          await request(app.getHttpServer())
            .get('/shelf')
            .set({ ...headers })
        ).status;
      const headers = await client.headers(token, { url });
      expect([await get(headers), await get(headers)]).toEqual([200, 401]);
      expect(await get(await client.headers(token, { url }))).toBe(200);
      expect(await get(await client.headers(token, { url, claims: { jti: undefined } }))).toBe(401);
      expect(await get(await client.headers(token, { url, method: 'POST' }))).toBe(401);
      expect(await get({ authorization: `DPoP ${token}`, dpop: await other.proof(token, { url }) })).toBe(401);
      expect(await get({ authorization: `Bearer ${token}` })).toBe(401);
    } finally {
      await issuer.close();
    }
  });
});
