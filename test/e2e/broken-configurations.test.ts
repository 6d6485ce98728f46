import { Controller, Get, Injectable } from '@nestjs/common';
import {
  type Authenticator,
  type AuthModuleExtras,
  type AuthModuleOptions,
  type AuthStrategy,
  ResourceAuth,
  type ResourceDeclaration,
  ServiceAuth,
  type ServiceDeclaration,
} from 'nest-service-auth';
import { ADAPTERS, createApp } from '../support/adapters.js';
import { appModule, bootError } from '../support/app.js';
import { withoutHelp } from '../support/without-help.js';

/** Options as JavaScript might give them. */
type Anything = Record<string, unknown>;

const keys = { apiKeyConfig: { keys: { alice: ['read'] } } };
const known = { schemes: { keys } };

function moduleOf({ options = known, service, resource }: { options?: Anything; service?: unknown; resource?: unknown }): object {
  @Controller('orders')
  class OrderController {
    @Get(':id')
    find() {}
  }
  if (service !== undefined) ServiceAuth({ auth: service as ServiceDeclaration })(OrderController);
  const descriptor = Object.getOwnPropertyDescriptor(OrderController.prototype, 'find') as TypedPropertyDescriptor<() => void>;
  if (resource !== undefined) ResourceAuth({ auth: resource as ResourceDeclaration })(OrderController.prototype, 'find', descriptor);
  return appModule({ auth: options as AuthModuleOptions & AuthModuleExtras, controllers: [OrderController] });
}

@Injectable()
class NamelessStrategy implements AuthStrategy {
  readonly configKey = '';
  prepare(): Authenticator {
    return { challenges: [], authenticate: () => ({ outcome: 'absent' }) };
  }
}

@Injectable()
class RivalStrategy extends NamelessStrategy {
  override readonly configKey = 'apiKeyConfig' as '';
}

const route = 'OrderController.find (GET /orders/:id) @ResourceAuth.auth';
const configs =
  'jwtValidatorConfig, fileUserStoreConfig, ldapUserStoreConfig, oauth2IntrospectionConfig, mutualSslConfig, apiKeyStoreConfig, apiKeyConfig, probeConfig';

describe.each(ADAPTERS)('a broken configuration, read aloud, on %s', (adapter) => {
  it.each<[string, Parameters<typeof moduleOf>[0], string]>([
    [
      'nothing is declared',
      {},
      [
        '1 route is not covered by any declaration:',
        '    OrderController.find (GET /orders/:id)',
        '  Put @ServiceAuth({ auth: [...] }) on the controller or @ResourceAuth({ auth: [...] }) on the handler, or { auth: false } to open it;',
        "  or set defaultAuth, or unannotated: 'deny' | 'allow', in AuthModule.forRoot().",
      ].join('\n'),
    ],
    [
      'a scheme that is misspelt',
      { service: ['kees'] },
      'OrderController @ServiceAuth.auth[0]: "kees" is not a known scheme. Did you mean "keys"?',
    ],
    [
      'a scheme that nobody declared',
      { options: {}, resource: ['sts'] },
      `${route}[0]: "sts" is not a known scheme. Declare it in AuthModule.forRoot({ schemes }).`,
    ],
    [
      'a config that is misspelt',
      { resource: [{ jwtValidatorConf: {} }] },
      `${route}[0].jwtValidatorConf: is not a known config. Did you mean "jwtValidatorConfig"?`,
    ],
    [
      'a config that does not exist',
      { resource: [{ samlConfig: {} }] },
      `${route}[0].samlConfig: is not a known config. Known: ${configs}.`,
    ],
    ['a custom config that is wrong', { resource: [{ apiKeyConfig: {} }] }, `${route}[0].apiKeyConfig.keys: is required`],
    [
      'a scheme that is wrong',
      { options: { schemes: { keys: { apiKeyConfig: {} } } }, service: ['keys'] },
      'schemes.keys.apiKeyConfig.keys: is required',
    ],
    [
      'a scheme that nobody uses is wrong',
      { options: { schemes: { keys, old: { apiKeyConfig: {} } } }, service: ['keys'] },
      'schemes.old.apiKeyConfig.keys: is required',
    ],
    [
      'a default that nobody uses is wrong',
      { options: { ...known, defaultAuth: ['kees'] }, service: ['keys'] },
      'AuthModule options.defaultAuth[0]: "kees" is not a known scheme. Did you mean "keys"?',
    ],
    [
      'a scope list that is empty',
      { service: ['keys'], resource: { scopes: [] } },
      `${route}.scopes: is empty. Name at least one, or leave the field out to require none.`,
    ],
    [
      'a setting that was not set',
      { service: ['keys'], resource: { scopes: [undefined] } },
      `${route}.scopes[0]: has no value: it must be a string. An environment variable may be missing. Leave the field out if it is not wanted.`,
    ],
    [
      'an entry that was not set',
      { service: [undefined] },
      'OrderController @ServiceAuth.auth[0]: must be the name of a scheme, { scheme }, { allOf } or an inline config.',
    ],
    [
      'requirements without entries',
      { resource: { scopes: 'read' } },
      `${route}: has requirements but no entries to inherit: neither a service nor defaultAuth declares any. Name the schemes here, or in @ServiceAuth.`,
    ],
  ])('%s', async (_, parts, message) => {
    expect(withoutHelp(await bootError(adapter, moduleOf(parts)))).toBe(message);
  });

  it.each<[string, Anything, string]>([
    ['an option that is misspelt', { schema: { keys } }, 'AuthModule options.schema: is not a known field. Did you mean "schemes"?'],
    [
      'an option that was not set',
      { ...known, realm: process.env.NO_SUCH_SETTING },
      'AuthModule options.realm: has no value: it must be a string. An environment variable may be missing. Leave the field out if it is not wanted.',
    ],
    [
      'a strategy without a name',
      { ...known, strategies: [NamelessStrategy] },
      'NamelessStrategy: has no configKey: the field under which entries carry its config.',
    ],
    [
      'two strategies with one name',
      { ...known, strategies: [RivalStrategy] },
      'RivalStrategy: has the configKey "apiKeyConfig", which ApiKeyStrategy has already.',
    ],
  ])('%s stops even the making of the application', async (_, options, message) => {
    await expect(createApp(adapter, moduleOf({ options, service: ['keys'] }))).rejects.toThrow(message);
  });

  it('many mistakes are told at once, each of them once', async () => {
    const options = { schemes: { keys, broken: { apiKeyConfig: {} } }, defaultAuth: ['nobody'] };
    @ServiceAuth({ auth: ['broken', 'kees'] })
    @Controller('a')
    class FirstController {
      @Get('1')
      one() {}
      @Get('2')
      two() {}
      @ResourceAuth({ auth: { scopes: 'a b' } })
      @Get('3')
      three() {}
      @ResourceAuth({ auth: [{ scheme: 'keyes', scope: 'a', scopes: '' } as never, 'keys', { apiKeyConfig: {} as never }] })
      @Get('4')
      four() {}
    }
    const module = appModule({ auth: options as never, controllers: [FirstController] });
    expect(withoutHelp(await bootError(adapter, module)).split('\n')).toEqual([
      'schemes.broken.apiKeyConfig.keys: is required',
      'AuthModule options.defaultAuth[0]: "nobody" is not a known scheme. Known: keys, broken.',
      'FirstController @ServiceAuth.auth[1]: "kees" is not a known scheme. Did you mean "keys"?',
      'FirstController.three (GET /a/3) @ResourceAuth.auth.scopes: "a b" is not a scope: a scope has no spaces, quotes or backslashes. Write several as a list.',
      'FirstController.four (GET /a/4) @ResourceAuth.auth[0].scheme: "keyes" is not a known scheme. Did you mean "keys"?',
      'FirstController.four (GET /a/4) @ResourceAuth.auth[0].scope: is not a known field. Did you mean "scopes"?',
      'FirstController.four (GET /a/4) @ResourceAuth.auth[0].scopes: must not be empty. Name a scope, or leave the field out to require none.',
      'FirstController.four (GET /a/4) @ResourceAuth.auth[2].apiKeyConfig.keys: is required',
    ]);
  });
});
