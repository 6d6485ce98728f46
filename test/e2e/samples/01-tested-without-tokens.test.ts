import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { as, overrideAuth, policyOf, startTestIssuer } from 'nest-service-auth/testing';
import request from 'supertest';
import { AppModule } from '../../../sample/01-one-protected-route/app.module.js';

/** As a user of the package would test the sample. */
describe('the sample with one protected route, tested without tokens', () => {
  let app: INestApplication;
  beforeAll(async () => {
    const moduleRef = await overrideAuth(Test.createTestingModule({ imports: [AppModule] })).compile();
    app = await moduleRef.createNestApplication({ logger: false }).init();
  });
  afterAll(() => app.close());

  it('lists the orders for the caller', async () => {
    const answer = await request(app.getHttpServer())
      .get('/orders')
      .set(as({ username: 'carol' }))
      .expect(200);
    expect(answer.body).toEqual({ orders: ['1', '2'], listedFor: 'carol' });
  });

  it('lists nothing for anybody else', () => request(app.getHttpServer()).get('/orders').expect(401));

  it('leaves the open route open', () => request(app.getHttpServer()).get('/orders/1').expect(200));

  it('protects what its policy says', () => {
    expect(policyOf(app).map(({ method, path, access }) => `${method} ${path} ${access}`)).toEqual([
      'GET /orders protected',
      'GET /orders/:id open',
    ]);
  });
});

describe('the sample with one protected route, tested with real tokens', () => {
  it('accepts those for its audience', async () => {
    const issuer = await startTestIssuer({ audience: 'orders' });
    const moduleRef = await overrideAuth(Test.createTestingModule({ imports: [AppModule] }), { issuer }).compile();
    const app = await moduleRef.createNestApplication({ logger: false }).init();
    try {
      const get = (headers: object) =>
        request(app.getHttpServer())
          .get('/orders')
          .set({ ...headers });
      await get(await issuer.bearer()).expect(200);
      await get(await issuer.bearer({ aud: 'reports' })).expect(401);
    } finally {
      await app.close();
      await issuer.close();
    }
  });
});
