import { jest } from '@jest/globals';
import { All, Controller, Get, type INestApplication, Post, VersioningType } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { AuthService, ServiceAuth } from 'nest-service-auth';
import { describeAuth } from 'nest-service-auth/openapi';
import { ADAPTERS, createApp } from '../support/adapters.js';
import { appModule } from '../support/app.js';
import { type Described, documentOf, problemsOf, SCHEMES, ShelfController } from '../support/shelf-document.js';

describe.each(ADAPTERS)('the OpenAPI document, on %s', (adapter) => {
  it.each(['3.0.0', '3.1.0'])('is valid in version %s', async (version) => {
    const { document } = await documentOf(adapter, { version });
    expect(await problemsOf(document)).toEqual([]);
    expect(Object.keys(document.paths['/shelf/every'] ?? {})).not.toContain('search');
    expect(document.paths['/shelf/found']).toBeUndefined();
  });

  it('says for each operation who gets in: any of a list, all of an allOf, nobody needed, everybody', async () => {
    const { operation } = await documentOf(adapter);
    expect(operation('GET /shelf').security).toEqual([{ sts: [] }]);
    expect(operation('GET /shelf/open').security).toEqual([]);
    expect(operation('GET /shelf/any').security).toEqual([{ sts: [] }]);
    expect(operation('GET /shelf/optional').security).toEqual([{ sts: [] }, {}]);
    expect(operation('GET /shelf/group').security).toEqual([{ sts: [] }, { opaque: [] }]);
    expect(operation('DELETE /shelf/{id}').security).toEqual([{ machines: [], sts: [] }, { proxied: [] }]);
    expect(operation('PATCH /shelf/{id}/notes/{note}').security).toEqual([{ browser: [] }, { 'browser___Host-token': [] }]);
    expect(operation('PUT /shelf/every').security).toEqual([{ users: [] }]);
    expect(operation('GET /shelf/inline-a').security).toEqual([{ jwtValidatorConfig: [] }]);
    expect(operation('GET /shelf/inline-b').security).toEqual([{ jwtValidatorConfig2: [] }]);
    expect(operation('GET /shelf/files/{path}').security).toEqual([{ sts: [] }]);
  });

  it('describes how clients send each kind of credentials', async () => {
    const { document } = await documentOf(adapter);
    expect(document.components?.securitySchemes).toMatchObject({
      sts: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      opaque: { type: 'http', scheme: 'bearer' },
      users: { type: 'http', scheme: 'basic' },
      machines: { type: 'mutualTLS' },
      browser: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      'browser___Host-token': { type: 'apiKey', in: 'cookie', name: '__Host-token' },
      proxied: { type: 'apiKey', in: 'header', name: 'X-Jwt-Assertion' },
    });
    const { document: old } = await documentOf(adapter, { version: '3.0.0' });
    expect(old.components?.securitySchemes?.machines).toMatchObject({ type: 'http', scheme: 'ClientCertificate' });
  });

  it('lists scopes for the types that have them: any of a list as one alternative each, all of a list in one', async () => {
    const flows = {
      authorizationCode: { authorizationUrl: 'https://id.test/a', tokenUrl: 'https://id.test/t', scopes: { read: 'Read it.' } },
    };
    const { document, operation } = await documentOf(adapter, { schemes: { sts: { type: 'oauth2', flows } } });
    expect(operation('GET /shelf/any').security).toEqual([{ sts: ['read'] }, { sts: ['write'] }]);
    expect(operation('POST /shelf/all').security).toEqual([{ sts: ['read', 'write'] }]);
    expect(operation('DELETE /shelf/{id}').security).toEqual([{ machines: [], sts: ['read'] }, { proxied: [] }]);
    expect(document.components?.securitySchemes).toMatchObject({
      sts: { flows: { authorizationCode: { scopes: { read: 'Read it.', write: '' } } } },
    });
    expect(await problemsOf(document)).toEqual([]);
  });

  it('adds the answers of the guard with their header fields, and leaves documented ones as they are', async () => {
    const { operation } = await documentOf(adapter);
    const { responses } = operation('POST /shelf/all');
    expect(responses[401]?.headers?.['WWW-Authenticate']?.example).toBe('Bearer realm="api"');
    expect(responses[403]).toMatchObject({
      description: 'Ours.',
      headers: { 'WWW-Authenticate': { example: 'Bearer realm="api", error="insufficient_scope", scope="read write"' } },
    });
    expect(responses[503]?.headers).toHaveProperty('Retry-After');
    expect(Object.keys(responses)).toEqual(['200', '401', '403', '503']);
    expect(Object.keys(operation('GET /shelf/open').responses)).toEqual(['200']);
    expect(Object.keys(operation('GET /shelf').responses)).toEqual(['200', '401', '503']);
    expect(Object.keys(operation('PUT /shelf/every').responses)).toEqual(['200', '401', '429', '503']);
    expect(Object.keys(operation('PATCH /shelf/{id}/notes/{note}').responses)).toEqual(['200', '401', '403', '503']);
  });

  it('names what is required in x-auth, and in the words of the 403', async () => {
    const { operation } = await documentOf(adapter);
    const { 'x-auth': access, responses } = operation('GET /shelf/any');
    expect(access).toEqual({
      access: 'protected',
      waysIn: [{ scheme: 'sts', scopes: { any: ['read', 'write'] }, roles: { any: ['clerk'] } }],
    });
    expect(responses[403]?.description).toContain('sts (any scope of read, write; role clerk)');
    expect(operation('GET /shelf/open')['x-auth']).toEqual({ access: 'open', waysIn: [] });
  });

  it('finds the operations below a global prefix, in versions of the URI, and where the document leaves the prefix out', async () => {
    const configure = (app: INestApplication) => {
      app.setGlobalPrefix('api');
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' });
    };
    const onUnknown = jest.fn();
    const { operation } = await documentOf(adapter, { configure, onUnknown });
    expect(operation('GET /api/v1/shelf').security).toEqual([{ sts: [] }]);
    const { operation: short } = await documentOf(adapter, {
      configure: (app) => app.setGlobalPrefix('api'),
      swagger: { ignoreGlobalPrefix: true },
      onUnknown,
    });
    expect(short('GET /shelf').security).toEqual([{ sts: [] }]);
    expect(onUnknown).not.toHaveBeenCalled();
  });

  it('never says of an operation that it is open where one of its versions is not', async () => {
    const versioned = (version: string, auth: ['sts'] | false) => {
      @ServiceAuth({ auth })
      @Controller({ path: 'shelf', version })
      class VersionedController {
        @Get() list() {}
      }
      return VersionedController;
    };
    const { operation } = await documentOf(adapter, {
      controllers: [versioned('1', ['sts']), versioned('2', false)],
      configure: (app) => app.enableVersioning({ type: VersioningType.HEADER, header: 'x-version' }),
    });
    expect(operation('GET /shelf').security).toEqual([{ sts: [] }, {}]);
    expect(operation('GET /shelf')['x-auth']).toMatchObject({ access: 'protected', exceptions: [{ access: 'open' }] });
  });

  it('describes access rules by path, and what nobody may call', async () => {
    @Controller('ruled')
    class RuledController {
      @Get('open') open() {}
      @Post('closed') closed() {}
      @All('any') any() {}
    }
    const { document, operation } = await documentOf(adapter, {
      controllers: [RuledController],
      auth: {
        resourceAccessControl: {
          defaultAccess: 'deny',
          rules: [
            { context: '/ruled/open', secured: false, httpMethod: 'all' },
            { context: '/ruled/any', secured: true, httpMethod: ['GET'], scopes: ['read'], allowedAuthHandlers: ['sts'] },
            { context: '/ruled/any', secured: false, httpMethod: ['POST'] },
          ],
        },
      },
    });
    expect(operation('GET /ruled/open').security).toEqual([]);
    expect(operation('GET /ruled/any').security).toEqual([{ sts: [] }]);
    expect(operation('POST /ruled/any').security).toEqual([]);
    expect(operation('POST /ruled/closed')['x-auth']).toEqual({ access: 'denied', waysIn: [] });
    expect(operation('POST /ruled/closed').security).not.toEqual([]);
    expect(operation('POST /ruled/closed').responses[403]?.description).toBe('Every caller is refused.');
    expect(await problemsOf(document)).toEqual([]);
    const none = await documentOf(adapter, { controllers: [RuledController], auth: { schemes: {}, unannotated: 'deny' } });
    expect(none.operation('GET /ruled/open').security).toEqual([{ nobody: [] }]);
    expect(Object.keys(none.operation('GET /ruled/open').responses)).toEqual(['200', '403']);
    expect(await problemsOf(none.document)).toEqual([]);
  });

  it('keeps a security scheme that the document has, and is the same when it is described twice', async () => {
    const { document, operation } = await documentOf(adapter, {
      builder: (builder) => builder.addBearerAuth({ type: 'http', scheme: 'bearer', description: 'Ask for one.' }, 'sts'),
    });
    expect(document.components?.securitySchemes).toMatchObject({ sts: { description: 'Ask for one.' } });
    expect(operation('GET /shelf').security).toEqual([{ sts: [] }]);
  });

  it('reports operations that are no routes, and leaves them as they are', async () => {
    const app = await createApp(adapter, appModule({ auth: { schemes: SCHEMES }, controllers: [ShelfController] }));
    await app.init();
    const raw = { get: { security: [{ x: [] }], responses: {} } };
    const unknown: string[] = [];
    const document = { openapi: '3.0.3', info: {}, paths: { '/raw': raw, '/shelf/{key}': { delete: {} as Partial<Described> } } };
    expect(describeAuth(app, document, { onUnknown: (operations) => unknown.push(...operations) })).toBe(document);
    expect([unknown, raw.get.security]).toEqual([['GET /raw'], [{ x: [] }]]);
    expect(document.paths['/shelf/{key}'].delete.security).toEqual([{ machines: [], sts: [] }, { proxied: [] }]);
    const once = structuredClone(document);
    expect(describeAuth(app, document, { onUnknown: () => undefined })).toEqual(once);
    await app.close();
  });

  it('is refused before the application is initialized, like the policy, with what to call', async () => {
    const app = await createApp(adapter, appModule({ auth: { schemes: SCHEMES }, controllers: [ShelfController] }));
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    const cure = /before the application was initialized.*app\.init\(\)/;
    expect(() => describeAuth(app, document)).toThrow(cure);
    expect(() => app.get(AuthService).policy()).toThrow(cure);
    await app.init();
    expect(app.get(AuthService).policy().length).toBeGreaterThan(0);
    expect(() => describeAuth(app, document, { schemes: { stss: { type: 'http', scheme: 'bearer' } } })).toThrow('Did you mean "sts"?');
    await app.close();
    const bare = await createApp(adapter, { module: class {} });
    await bare.init();
    expect(() => describeAuth(bare, document)).toThrow('Import AuthModule.forRoot');
    await bare.close();
  });
});
