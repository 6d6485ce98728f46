import * as common from '@nestjs/common';
import * as testing from '@nestjs/testing';
import * as module from 'nest-service-auth';
import * as moduleTesting from 'nest-service-auth/testing';
import request from 'supertest';
import { ADAPTERS, type RunningApp, startApp } from '../support/adapters.js';
import { bootError } from '../support/app.js';
import { type Exports, run } from '../support/guide.js';
import { GUIDES } from '../support/guides.js';
import { createSecret, goodClaims, mint } from '../support/tokens.js';

const SECRET = createSecret('HS256');
const PREVIOUS = createSecret('HS256');
const STRANGER = createSecret('HS256');

/** A token as `@nestjs/jwt` signs it for the user with this number. */
function token(sub: number | string = 7, secret = SECRET, claims = {}): Promise<string> {
  return mint(secret, goodClaims({ iss: 'shop', aud: 'shop-api', sub, scope: undefined, ...claims }));
}

let files: Exports;

beforeAll(() => {
  process.env.JWT_SECRET = SECRET.secret;
  process.env.JWT_SECRET_PREVIOUS = PREVIOUS.secret;
  files = load();
});
afterAll(() => {
  delete process.env.JWT_SECRET;
  delete process.env.JWT_SECRET_PREVIOUS;
});

function load(): Exports {
  return run(GUIDES.passport, {
    '@nestjs/common': common,
    '@nestjs/testing': testing,
    'nest-service-auth': module,
    'nest-service-auth/testing': moduleTesting,
  });
}

function moduleOf(file: string, name: string, from = files): object {
  return from[file]?.[name] as object;
}

describe.each(ADAPTERS)('the application after the move, %s', (adapter) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp(adapter, moduleOf('app.module.ts', 'AppModule'));
  });
  afterAll(() => running.app.close());
  const get = async (path: string, bearer?: string) => {
    const asked = request(running.url).get(path);
    return bearer === undefined ? asked : asked.set('authorization', `Bearer ${bearer}`);
  };

  it('shows the user of the database and the number of the token as text', async () => {
    expect((await get('/orders', await token())).body).toEqual({ owner: 7, name: '7' });
  });

  it('refuses a request without a token, and one whose user is gone', async () => {
    const answer = await get('/orders');
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, expect.stringContaining('Bearer')]);
    expect((await get('/orders', await token(9))).status).toBe(401);
  });

  it('refuses tokens that are forged, expired, without an end or for another audience', async () => {
    const refused = [
      await token(7, STRANGER),
      await token(7, SECRET, { exp: 1 }),
      await token(7, SECRET, { exp: undefined }),
      await token(7, SECRET, { aud: 'shop-refresh' }),
    ];
    expect(await Promise.all(refused.map(async (each) => (await get('/orders', each)).status))).toEqual([401, 401, 401, 401]);
  });

  it('answers open routes to everybody', async () => {
    expect((await get('/orders/prices')).body).toEqual(['9.90']);
  });

  it('answers optional routes without a token, and refuses a bad one', async () => {
    expect((await get('/orders/offers')).body).toEqual({ for: 'everybody' });
    expect((await get('/orders/offers', await token())).body).toEqual({ for: 'alice@shop.example' });
    expect((await get('/orders/offers', await token(7, STRANGER))).status).toBe(401);
  });

  it('demands the role of the database', async () => {
    const remove = async (bearer: string) => request(running.url).delete('/orders/1').set('authorization', `Bearer ${bearer}`);
    expect((await remove(await token(7))).status).toBe(403);
    expect((await remove(await token(8))).status).toBe(200);
  });
});

describe.each(ADAPTERS)('tokens in cookies, %s', (adapter) => {
  let running: RunningApp;
  beforeAll(async () => {
    running = await startApp(adapter, moduleOf('cookie.module.ts', 'CookieModule'));
  });
  afterAll(() => running.app.close());

  it('reads the cookie or the header field', async () => {
    const cookie = `access_token=${await token('alice')}`;
    await request(running.url).get('/cart').set('cookie', cookie).expect(200);
    await request(running.url)
      .get('/cart')
      .set('authorization', `Bearer ${await token('alice')}`)
      .expect(200);
    await request(running.url).get('/cart').expect(401);
  });

  it('does not let another site change something', async () => {
    const cookie = `access_token=${await token('alice')}`;
    const post = () => request(running.url).post('/cart').set('cookie', cookie);
    await post().expect(403);
    await post().set('origin', 'https://evil.example').expect(403);
    await post().set('origin', 'https://www.shop.example').expect(201);
    await post().set('sec-fetch-site', 'same-origin').expect(201);
  });
});

describe('secrets', () => {
  it('accepts tokens of both secrets while one is changed, and no others', async () => {
    const { app, url } = await startApp('express', moduleOf('rotation.module.ts', 'RotationModule'));
    const ask = async (secret: typeof SECRET) =>
      request(url)
        .get('/cart')
        .set('authorization', `Bearer ${await token('alice', secret)}`);
    expect((await ask(SECRET)).body).toEqual({ scheme: 'current' });
    expect((await ask(PREVIOUS)).body).toEqual({ scheme: 'previous' });
    expect((await ask(STRANGER)).status).toBe(401);
    await app.close();
  });

  it('stops the boot if a secret is too short or missing', async () => {
    for (const short of ['a secret of 31 bytes, not of 32.', '']) {
      process.env.JWT_SECRET = short.slice(0, 31);
      const error = await bootError('express', moduleOf('app.module.ts', 'AppModule', load()));
      expect(error.message).toContain('signatureConfig.secret');
    }
    process.env.JWT_SECRET = SECRET.secret;
  });
});

it('is tested without tokens', async () => {
  const { orderApp, alice } = files['order.test-app.ts'] as {
    orderApp: () => Promise<common.INestApplication>;
    alice: Record<string, string>;
  };
  const app = await orderApp();
  await app.init();
  const server = app.getHttpServer();
  await request(server).get('/orders').set(alice).expect(200, { owner: 7, name: '7' });
  await request(server).delete('/orders/1').set(alice).expect(403);
  await request(server).get('/orders').expect(401);
  await app.close();
});
