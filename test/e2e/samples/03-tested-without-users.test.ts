import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { as, overrideAuth } from 'nest-service-auth/testing';
import request from 'supertest';
import { AppModule } from '../../../sample/03-requirements/app.module.js';

/** As a user of the package would test the sample: the users file is not read. */
describe('the sample with requirements, tested without its users', () => {
  let app: INestApplication;
  beforeAll(async () => {
    const moduleRef = await overrideAuth(Test.createTestingModule({ imports: [AppModule] })).compile();
    app = await moduleRef.createNestApplication({ logger: false }).init();
  });
  afterAll(() => app.close());

  it.each([
    ['one of the scopes lists', 'get', '/accounts', { scopes: ['read'] }, 200],
    ['no scope does not', 'get', '/accounts', {}, 403],
    ['the scope changes the own account', 'put', '/accounts/carol', { scopes: ['write'] }, 200],
    ['the scope does not change another account', 'put', '/accounts/dave', { scopes: ['write'] }, 403],
    ['the role deletes', 'delete', '/accounts/dave', { roles: ['manager'] }, 200],
    ['another role does not', 'delete', '/accounts/dave', { roles: ['clerk'] }, 403],
  ] as const)('a caller with %s', async (_, method, path, caller, status) => {
    await request(app.getHttpServer())
      [method](path)
      .set(as({ username: 'carol', ...caller }))
      .expect(status);
  });

  it('asks everybody else for a password', async () => {
    const answer = await request(app.getHttpServer()).get('/accounts').expect(401);
    expect(answer.headers['www-authenticate']).toBe('Basic realm="api", charset="UTF-8"');
  });
});
