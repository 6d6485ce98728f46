import { Controller, Get, type INestApplication, Injectable, SetMetadata } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { ADAPTERS, type AdapterName, createApp } from '../support/adapters.js';
import { type AppParts, appModule, bootError } from '../support/app.js';
import { withoutHelp } from '../support/without-help.js';

const auth = { schemes: { keys: { apiKeyConfig: { keys: {} } } } };
const configure = (app: INestApplication) => void app.useWebSocketAdapter(new WsAdapter(app));

/** What the module warns of when an application boots. */
async function warningsOf(
  adapter: AdapterName,
  parts: AppParts,
  more: (app: INestApplication) => void = () => undefined,
): Promise<string[]> {
  const warnings: string[] = [];
  const logger = {
    log: () => undefined,
    error: () => undefined,
    warn: (line: string, from: string) => void (from === 'AuthModule' && warnings.push(line)),
  };
  const app = await createApp(adapter, appModule({ auth, ...parts }), { logger, configure });
  more(app);
  await app.init();
  await app.close();
  return warnings;
}

const problemsOf = async (adapter: AdapterName, parts: AppParts) =>
  withoutHelp(await bootError(adapter, appModule({ auth, ...parts }), { configure })).split('\n');

@WebSocketGateway()
class SilentGateway {
  @SubscribeMessage('chat')
  chat() {}
}

@WebSocketGateway()
class ProtectedGateway {
  @ResourceAuth({ auth: ['keys'] })
  @SubscribeMessage('chat')
  chat() {}
  @ResourceAuth({ auth: false })
  @SubscribeMessage('open')
  open() {}
}

@ServiceAuth({ auth: ['keys'] })
@Controller('hybrid')
class HybridController {
  @Get()
  list() {}
  @MessagePattern('created')
  created() {}
}

@Controller('both')
class BothController {
  @ResourceAuth({ auth: ['keys'] })
  @Get()
  @MessagePattern('both')
  both() {}
}

/** As @nestjs/graphql marks them: no schema is made of these. */
const graphql = (key: string, value: unknown) => SetMetadata(`graphql:${key}`, value);

@ServiceAuth({ auth: false })
@WebSocketGateway()
class OpenGateway {}

@WebSocketGateway()
class CheckingGateway {
  @ResourceAuth({ auth: false })
  handleConnection() {}
}

class BaseController {
  @ResourceAuth({ auth: ['keys'] })
  @MessagePattern('created')
  created() {}
}

@ServiceAuth({ auth: false })
@Controller()
class OverridingController extends BaseController {
  @MessagePattern('created')
  override created() {}
}

const NAMED: unique symbol = Symbol('named');

@ServiceAuth({ auth: ['keys'] })
@Controller('symbols')
class SymbolController {
  @Get()
  list() {}
  @ResourceAuth({ auth: ['keys'] })
  [NAMED]() {}
}

@Injectable()
class OrderResolver {
  @graphql('resolver_type', 'Query')
  orders() {}
  @graphql('resolve_property', true)
  items() {}
}

@Injectable()
class ProtectedResolver {
  @ResourceAuth({ auth: ['keys'] })
  @graphql('resolver_type', 'Mutation')
  order() {}
  @ResourceAuth({ auth: { scopes: 'read' } })
  @graphql('resolve_property', true)
  items() {}
}

describe.each(ADAPTERS)('the boot on %s', (adapter) => {
  it.each<[string, AppParts, string[]]>([
    [
      'a message, and was left behind by an override on an open class',
      { controllers: [OverridingController] },
      [
        'OverridingController.created: overrides BaseController.created, which has @ResourceAuth, but has none itself. Repeat the declaration on the override, or declare another.',
      ],
    ],
    [
      'a resolver that a factory makes',
      { providers: [{ provide: 'resolver', useFactory: () => new ProtectedResolver() }] },
      [
        "ProtectedResolver.items: is a GraphQL field, and no guard runs before it. Set fieldResolverEnhancers: ['guards'] in the options of GraphQLModule; or check the caller in the handler, and write @ResourceAuth({ auth: false }) on it.",
        'ProtectedResolver.items @ResourceAuth.auth: has requirements but no entries to inherit: neither a service nor defaultAuth declares any. Name the schemes here, or in @ServiceAuth.',
      ],
    ],
    [
      'a GraphQL field',
      { providers: [ProtectedResolver] },
      [
        "ProtectedResolver.items: is a GraphQL field, and no guard runs before it. Set fieldResolverEnhancers: ['guards'] in the options of GraphQLModule; or check the caller in the handler, and write @ResourceAuth({ auth: false }) on it.",
        'ProtectedResolver.items @ResourceAuth.auth: has requirements but no entries to inherit: neither a service nor defaultAuth declares any. Name the schemes here, or in @ServiceAuth.',
      ],
    ],
  ])('stops for a declaration that should protect %s', async (_, parts, expected) => {
    expect(await problemsOf(adapter, parts)).toEqual(expected);
  });

  it('stops for messages and connections of gateways that nothing covers', async () => {
    expect(await problemsOf(adapter, { providers: [SilentGateway, ProtectedGateway] })).toEqual([
      '3 routes are not covered by any declaration:',
      '    SilentGateway.chat',
      '    SilentGateway.handleConnection',
      '    ProtectedGateway.handleConnection',
      expect.stringContaining('@ServiceAuth'),
      expect.stringContaining('unannotated'),
    ]);
    const providers = [SilentGateway, ProtectedGateway];
    expect(await warningsOf(adapter, { auth: { ...auth, unannotated: 'deny' }, providers })).toEqual([
      "Refused to everyone, because no declaration covers them (unannotated: 'deny'): SilentGateway.chat, SilentGateway.handleConnection, ProtectedGateway.handleConnection",
    ]);
    expect(await warningsOf(adapter, { auth: { ...auth, defaultAuth: ['keys'] }, providers })).toEqual([]);
  });

  it('protects messages beside routes, also where a method is both', async () => {
    expect(await warningsOf(adapter, { controllers: [HybridController, BothController] })).toEqual([]);
  });

  it('stops for messages that nobody could send', async () => {
    const jwtValidatorConfig = { signatureConfig: { secret: 'x'.repeat(32) }, issuer: 'https://sts.test', audience: 'a', dpop: 'required' };
    const bound = { schemes: { keys: { jwtValidatorConfig } }, publicUrl: 'https://api.test' } as never;
    expect(await problemsOf(adapter, { auth: bound, controllers: [HybridController] })).toEqual([
      expect.stringMatching(/^HybridController\.created .*: no message can meet its entries/),
    ]);
  });

  it('stops for a GraphQL operation that nothing covers, and not for the fields that it reaches', async () => {
    const problems = await problemsOf(adapter, { providers: [OrderResolver] });
    expect(problems.join('\n')).toContain('1 route is not covered by any declaration:\n    OrderResolver.orders\n');
  });

  it('tells of declarations that do nothing', async () => {
    @Controller('idle')
    class IdleController {
      @ResourceAuth({ auth: ['keys'] })
      helper() {}
    }
    @ServiceAuth({ auth: ['keys'] })
    @Controller('empty')
    class EmptyController {}
    @ServiceAuth({ auth: ['keys'] })
    @Injectable()
    class IdleService {
      @ResourceAuth({ auth: ['keys'] })
      work() {}
    }
    const warnings = await warningsOf(adapter, {
      auth: { ...auth, defaultAuth: ['keys'], resourceAccessControl: { rules: [], defaultAccess: 'deny' } },
      controllers: [IdleController, EmptyController, SymbolController],
      providers: [IdleService],
    });
    expect(warnings).toEqual([
      'defaultAuth has no effect: where no access rule matches, the default access (deny) applies.',
      'IdleController.helper @ResourceAuth has no effect: the method is not a route. Is @Get(), @Post(), … missing?',
      'SymbolController.Symbol(named) @ResourceAuth has no effect: Nest calls no method that is named by a symbol. Name it by a string.',
      'IdleService.work @ResourceAuth has no effect: the class is not a controller, and the method is not a handler of a resolver or a gateway.',
      'EmptyController @ServiceAuth has no effect: the controller has no route.',
      'IdleService @ServiceAuth has no effect: the class is not a controller, and no method of it is a handler of a resolver or a gateway.',
    ]);
  });

  it('has nothing to say of a gateway that is declared open to whoever connects', async () => {
    expect(await warningsOf(adapter, { providers: [OpenGateway, CheckingGateway] })).toEqual([]);
  });

  it('tells of routes that Nest knows nothing of', async () => {
    @ServiceAuth({ auth: false })
    @Controller('known')
    class KnownController {
      @Get()
      list() {}
      @Get('files/*')
      file() {}
      @Get(':id')
      view() {}
    }
    const warnings = await warningsOf(adapter, { controllers: [KnownController] }, (app) => {
      app.setGlobalPrefix('api');
      app.getHttpAdapter().get('/metrics', () => undefined);
      app.getHttpAdapter().post('/api/known', () => undefined);
    });
    expect(warnings).toEqual([
      'Registered outside Nest, where no guard runs: GET /metrics, POST /api/known. Guard them with AuthService.protect({ at }), or list them in rawRoutes if they are meant to be open.',
    ]);
  });

  it('has nothing to say of an application without any of them', async () => {
    @ServiceAuth({ auth: ['keys'] })
    @Controller(['a', 'b'])
    class PlainController {
      @Get(['x', 'y'])
      list() {}
      helper() {}
    }
    expect(await warningsOf(adapter, { controllers: [PlainController] }, (app) => app.enableCors())).toEqual([]);
  });
});
