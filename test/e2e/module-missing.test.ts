import type { AddressInfo, Server } from 'node:net';
import { jest } from '@jest/globals';
import { type CanActivate, Controller, Get, Injectable, type ModuleMetadata, UseGuards } from '@nestjs/common';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { AuthModule, CurrentPrincipal, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { firstValueFrom } from 'rxjs';
import { AuthModuleRequired } from '../../lib/decorators/auth-module-required.guard.js';
import { ADAPTERS, createApp } from '../support/adapters.js';
import { appModule, bootError, withApp } from '../support/app.js';
import { statusOfHalfBooted } from '../support/half-booted.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { withoutHelp } from '../support/without-help.js';

@ServiceAuth({ auth: ['keys'] })
@Controller('ledger')
class LedgerController {
  @Get()
  list(@CurrentPrincipal() caller?: Principal) {
    return `ledger of ${caller?.username}`;
  }
}

@Controller('heirs')
class HeirController extends LedgerController {}

@Controller('entries')
class EntryController {
  @ResourceAuth({ auth: ['keys'] })
  @Get()
  list() {}
}

/** Replaces the method, and forgets what stood on it. */
function forgetful(_: object, __: string | symbol, descriptor: PropertyDescriptor): void {
  const original: () => unknown = descriptor.value;
  descriptor.value = function replaced(this: unknown) {
    return original.call(this);
  };
}

@Controller('wrapped')
class WrappedController {
  @Get()
  @forgetful
  @ResourceAuth({ auth: ['keys'] })
  list() {}
}

@Injectable()
class Nobody implements CanActivate {
  canActivate() {
    return false;
  }
}

@UseGuards(Nobody)
@ServiceAuth({ auth: false })
@Controller('above')
class GuardedAboveController {
  @Get()
  list() {}
}

@ServiceAuth({ auth: false })
@UseGuards(Nobody)
@Controller('below')
class GuardedBelowController {
  @Get()
  list() {}
}

@ServiceAuth({ auth: ['keys'] })
@WebSocketGateway()
class ChatGateway {
  @SubscribeMessage('chat')
  chat() {}
}

@Controller()
class MessageController {
  @ResourceAuth({ auth: ['keys'] })
  @MessagePattern('secret')
  secret() {
    return 'told';
  }
}

const withoutModule = (metadata: ModuleMetadata) => ({ module: class AppModule {}, ...metadata });
const withModule = (metadata: ModuleMetadata) =>
  appModule({ auth: { schemes: { keys: { apiKeyConfig: { keys: { alice: [] } } } } }, ...metadata });

describe.each(ADAPTERS)('declarations in an application on %s without AuthModule', (adapter) => {
  it.each<[name: string, metadata: ModuleMetadata]>([
    ['LedgerController', { controllers: [LedgerController] }],
    ['HeirController', { controllers: [HeirController] }],
    ['EntryController', { controllers: [EntryController] }],
    ['WrappedController', { controllers: [WrappedController] }],
    ['ChatGateway', { providers: [ChatGateway] }],
    ['ChatGateway', { providers: [{ provide: 'chat', useClass: ChatGateway }] }],
    ['LedgerController', { providers: [LedgerController] }],
    [
      'LedgerController, EntryController',
      { controllers: [LedgerController], imports: [{ module: class Feature {}, controllers: [EntryController] }] },
    ],
  ])('stop the boot: %s', async (names, metadata) => {
    const error = await bootError(adapter, withoutModule(metadata), {
      configure: (app) => void app.useWebSocketAdapter(new WsAdapter(app)),
    });
    expect(withoutHelp(error)).toBe(
      `AuthModule is not imported, so nothing enforces the @ServiceAuth and @ResourceAuth declarations of ${names}. Import AuthModule.forRoot({ schemes }) in the root module of this application. In a test, overrideAuth() of nest-service-auth/testing adds it.`,
    );
  });

  it('are refused if somebody serves the application all the same', async () => {
    const app = await createApp(
      adapter,
      withoutModule({ controllers: [LedgerController, HeirController, EntryController, WrappedController] }),
    );
    await expect(app.init()).rejects.toThrow('AuthModule is not imported');
    for (const path of ['/ledger', '/heirs', '/entries', '/wrapped']) expect(await statusOfHalfBooted(app, path)).toBe(503);
    await app.close();
  });

  it('do not change what another application of the process does with the same class', async () => {
    await withApp(adapter, withModule({ controllers: [LedgerController] }), async ({ url }) => {
      await bootError(adapter, withoutModule({ controllers: [LedgerController] }));
      expect((await fetch(`${url}/ledger`)).status).toBe(401);
      expect(await (await fetch(`${url}/ledger`, { headers: { 'x-api-key': 'alice' } })).text()).toBe('ledger of alice');
    });
  });
});

describe('declarations in a microservice without AuthModule', () => {
  it('refuse every message, and say why once', async () => {
    const logger = new RecordingLogger();
    const testing = await Test.createTestingModule({ controllers: [MessageController] })
      .setLogger(logger)
      .compile();
    const microservice = testing.createNestMicroservice({ transport: Transport.TCP, options: { port: 0, host: '127.0.0.1' } });
    await microservice.listen();
    const { port } = microservice.unwrap<Server>().address() as AddressInfo;
    const client = ClientProxyFactory.create({ transport: Transport.TCP, options: { port, host: '127.0.0.1' } });
    for (const _ of [1, 2]) await expect(firstValueFrom(client.send('secret', {}))).rejects.toMatchObject({ status: 'error' });
    client.close();
    await microservice.close();
    expect(logger.lines.filter((line) => line.startsWith('Refused: AuthModule is not imported'))).toHaveLength(1);
  });
});

describe('a test without AuthModule', () => {
  it('may make a controller with new', () => {
    expect(new LedgerController().list()).toBe('ledger of undefined');
  });

  it('may compile and initialize a testing module, and call the methods of the controller', async () => {
    const testing = await Test.createTestingModule({ controllers: [LedgerController, EntryController] }).compile();
    await testing.init();
    expect(testing.get(LedgerController).list()).toBe('ledger of undefined');
    await testing.close();
  });

  it('may not serve the controller', async () => {
    const testing = await Test.createTestingModule({ controllers: [LedgerController] }).compile();
    const app = testing.createNestApplication({ logger: false });
    await expect(app.init()).rejects.toThrow('AuthModule is not imported');
    await app.close();
  });
});

describe.each(ADAPTERS)('declarations in an application on %s with AuthModule', (adapter) => {
  it('cost a request nothing: only the global guard is asked', async () => {
    const asked = jest.spyOn(AuthModuleRequired.prototype, 'canActivate');
    await withApp(adapter, withModule({ controllers: [LedgerController, HeirController] }), async ({ url }) => {
      for (const path of ['ledger', 'heirs']) {
        expect((await fetch(`${url}/${path}`)).status).toBe(401);
        expect((await fetch(`${url}/${path}`, { headers: { 'x-api-key': 'alice' } })).status).toBe(200);
      }
    });
    expect(asked).not.toHaveBeenCalled();
    asked.mockRestore();
  });

  it('keep the other guards of the class', async () => {
    await withApp(adapter, withModule({ controllers: [GuardedAboveController, GuardedBelowController] }), async ({ url }) => {
      expect((await fetch(`${url}/above`)).status).toBe(403);
      expect((await fetch(`${url}/below`)).status).toBe(403);
    });
  });
});

describe('imports: [AuthModule]', () => {
  const message =
    'AuthModule is imported without forRoot(). Write imports: [AuthModule.forRoot({ schemes })] in the root module, and leave AuthModule out of the imports of all others: it is global.';

  it.each<[where: string, metadata: ModuleMetadata]>([
    ['alone', { imports: [AuthModule] }],
    ['in a feature module', { imports: [{ module: class Feature {}, imports: [AuthModule] }] }],
    ['beside forRoot()', { imports: [AuthModule.forRoot({}), { module: class Feature {}, imports: [AuthModule] }] }],
  ])('says that forRoot() is missing: %s', async (_, metadata) => {
    await expect(createApp('express', withoutModule({ ...metadata, controllers: [LedgerController] }))).rejects.toThrow(message);
  });
});
