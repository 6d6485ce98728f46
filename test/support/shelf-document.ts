import { All, Controller, Delete, Get, type INestApplication, Patch, Post, Search } from '@nestjs/common';
import { ApiBearerAuth, ApiResponse, ApiSecurity, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { type AuthModuleOptions, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { type DescribeAuthOptions, describeAuth } from 'nest-service-auth/openapi';
import { type AdapterName, createApp } from './adapters.js';
import { appModule } from './app.js';

const secret = 'a secret of thirty-two characters';
/** The config of the scheme `sts`. */
export const jwt = { issuer: 'us', audience: 'shelf', signatureConfig: { secret } };

/** Schemes of every kind. */
export const SCHEMES: NonNullable<AuthModuleOptions['schemes']> = {
  sts: { jwtValidatorConfig: jwt },
  browser: { jwtValidatorConfig: { ...jwt, tokenFrom: [{ header: 'authorization' }, { cookie: '__Host-token' }] } },
  proxied: { jwtValidatorConfig: { ...jwt, tokenFrom: [{ header: 'X-Jwt-Assertion' }] } },
  opaque: { oauth2IntrospectionConfig: { url: 'https://sts.invalid/introspect', audience: 'shelf' } },
  machines: { mutualSslConfig: {} },
  users: { probeConfig: { header: 'x-probe', challenges: [{ scheme: 'Basic' }] } },
  staff: ['sts', 'opaque'],
};

/** A route for each form of declaration. */
@ServiceAuth({ auth: ['sts'] })
@Controller('shelf')
export class ShelfController {
  @Get()
  list() {}

  @ResourceAuth({ auth: false })
  @ApiBearerAuth()
  @Get('open')
  open() {}

  @ResourceAuth({ auth: { scopes: ['read', 'write'], roles: 'clerk' } })
  @ApiSecurity('whatever')
  @Get('any')
  any() {}

  @ResourceAuth({ auth: { scopes: { all: ['read', 'write'] } } })
  @ApiResponse({ status: 403, description: 'Ours.' })
  @ApiResponse({ status: 200, description: 'Fine.' })
  @Post('all')
  all() {}

  @ResourceAuth({ auth: ['sts', 'anonymous'] })
  @Get('optional')
  optional() {}

  @ResourceAuth({ auth: ['staff'] })
  @Get('group')
  group() {}

  @ResourceAuth({ auth: [{ allOf: ['machines', 'sts'], scopes: 'read' }, 'proxied'] })
  @Delete(':id')
  both() {}

  @ResourceAuth({ auth: ['browser'] })
  @Patch(':id/notes/:note')
  browser() {}

  @ResourceAuth({ auth: ['users'] })
  @All('every')
  every() {}

  @Search('found')
  search() {}

  @ResourceAuth({ auth: [{ jwtValidatorConfig: { ...jwt, issuer: 'a' } }] })
  @Get('inline-a')
  inlineA() {}

  @ResourceAuth({ auth: [{ jwtValidatorConfig: { ...jwt, issuer: 'b' } }] })
  @Get('inline-b')
  inlineB() {}

  @Get('files/*')
  files() {}
}

/** What the tests read of an operation. */
export interface Described {
  readonly security: readonly object[];
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly headers?: Readonly<Record<string, { example: unknown }>> }>
  >;
  readonly 'x-auth': unknown;
}

interface Made {
  readonly document: ReturnType<typeof SwaggerModule.createDocument>;
  operation(request: string): Described;
}

interface Wanted extends DescribeAuthOptions {
  readonly version?: string;
  readonly auth?: AuthModuleOptions;
  readonly controllers?: (new () => object)[];
  readonly configure?: (app: INestApplication) => void;
  readonly builder?: (builder: DocumentBuilder) => DocumentBuilder;
  readonly swagger?: Parameters<typeof SwaggerModule.createDocument>[2];
}

/** The document of an application. */
export async function documentOf(adapter: AdapterName, wanted: Wanted = {}): Promise<Made> {
  const { version = '3.1.0', auth, controllers = [ShelfController], configure, builder = (same) => same, swagger, ...options } = wanted;
  const app = await createApp(adapter, appModule({ auth: { schemes: SCHEMES, ...auth }, controllers }));
  configure?.(app);
  await app.init();
  try {
    const config = builder(new DocumentBuilder().setTitle('Shelf').setVersion('1').setOpenAPIVersion(version)).build();
    const document = describeAuth(app, SwaggerModule.createDocument(app, config, swagger), options);
    return { document, operation: (request) => operationOf(document, request) };
  } finally {
    await app.close();
  }
}

function operationOf(document: Made['document'], request: string): Described {
  const [method = '', path = ''] = request.split(' ');
  const operation = Reflect.get(document.paths[path] ?? {}, method.toLowerCase());
  if (operation === undefined) throw new Error(`${request} is not in the document: ${Object.keys(document.paths)}`);
  return operation;
}

/** What is wrong with a document. */
export async function problemsOf(document: object): Promise<unknown> {
  const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(document)));
  return valid ? [] : errors;
}
