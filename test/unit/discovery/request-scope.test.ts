import { forwardRef, Inject, Injectable, Optional, Scope, type Type } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, ModuleRef, ModulesContainer, NestFactory, REQUEST } from '@nestjs/core';
import type { Authorizer } from '../../../lib/authorizer.js';
import { findAuthorizer, findEnricher } from '../../../lib/discovery/find-authorizer.js';
import { describeRequestScope, requestScopedPath } from '../../../lib/discovery/request-scope.js';
import type { AuthConfigurationError } from '../../../lib/errors.js';
import { withoutHelp } from '../../support/without-help.js';

@Injectable({ scope: Scope.REQUEST })
class Tenant {}

@Injectable()
class Plain {}

@Injectable()
class ByConstructor {
  constructor(
    @Inject(Plain) readonly plain: Plain,
    @Optional() @Inject('missing') readonly missing: unknown,
    @Inject(Tenant) readonly tenant: Tenant,
  ) {}
}

@Injectable()
class ByProperty {
  @Inject(ByConstructor) readonly users: ByConstructor | undefined;
}

/** Two that know each other; one of them depends on what is request-scoped. */
@Injectable()
class First {
  constructor(@Inject(forwardRef(() => Second)) readonly other: object) {}
}

@Injectable()
class Second {
  constructor(
    @Inject(forwardRef(() => First)) readonly other: object,
    @Inject(Tenant) readonly tenant: Tenant,
  ) {}
}

@Injectable({ scope: Scope.TRANSIENT })
class Transient {}

const FACTORY = { provide: 'factory', inject: [REQUEST], useFactory: () => ({}) };

@Injectable()
class ByFactory {
  constructor(@Inject('factory') readonly made: unknown) {}
}

@Injectable()
class Authorizes implements Authorizer {
  authorize() {
    return true;
  }
}

/** The providers of an application, as Nest keeps them. */
async function application() {
  class AppModule {}
  const named = { provide: 'named', useClass: ByConstructor };
  const providers = [Tenant, Plain, ByConstructor, ByProperty, First, Second, Transient, FACTORY, ByFactory, Authorizes, named];
  const module = { module: AppModule, imports: [DiscoveryModule], providers };
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  const wrappers = app.get(DiscoveryService).getProviders();
  const [moduleRef, modules] = [app.get(ModuleRef), app.get(ModulesContainer)];
  const pathOf = (token: unknown) => {
    const wrapper = wrappers.find((each) => each.token === token);
    return wrapper === undefined ? ['is not there'] : requestScopedPath(wrapper);
  };
  await app.close();
  const isStatic = (token: unknown) => wrappers.find((each) => each.token === token)?.isDependencyTreeStatic();
  return { pathOf, isStatic, moduleRef, modules };
}

describe('the way to a request-scoped provider', () => {
  it('is through constructors, properties and factories, by the names of classes, and there is none to singletons', async () => {
    const { pathOf } = await application();
    expect([Tenant, ByConstructor, 'named', ByProperty, ByFactory, Plain].map(pathOf)).toEqual([
      ['Tenant'],
      ['ByConstructor', 'Tenant'],
      ['ByConstructor', 'Tenant'],
      ['ByProperty', 'ByConstructor', 'Tenant'],
      ['ByFactory', 'factory', 'REQUEST'],
      undefined,
    ]);
  });

  it('is through circles, where Nest does not take what is in them for singletons, as Nest 11 does', async () => {
    const { pathOf, isStatic } = await application();
    expect(pathOf(First)).toEqual(isStatic(First) ? undefined : ['First', 'Second', 'Tenant']);
    expect(pathOf(Second)).toEqual(isStatic(Second) ? undefined : expect.arrayContaining(['Second', 'Tenant']));
  });

  it.each<[readonly string[], string]>([
    [['Tenant'], 'Tenant is request-scoped: AuthModule and all that it uses must be singletons. Give it the default scope.'],
    [
      ['Users', 'Tenant'],
      'Users depends on Tenant, which is request-scoped: AuthModule and all that it uses must be singletons. Remove that dependency, or give Tenant the default scope.',
    ],
    [
      ['Sink', 'Users', 'Tenant'],
      'Users depends on Tenant, which is request-scoped: AuthModule and all that it uses must be singletons (Sink -> Users -> Tenant). Remove that dependency, or give Tenant the default scope.',
    ],
  ])('is said with its cure: %j', (path, words) => {
    expect(describeRequestScope(path)).toBe(words);
  });
});

describe('an authorizer or enricher', () => {
  it('is found wherever it is provided', async () => {
    const { moduleRef, modules } = await application();
    expect(findAuthorizer(Authorizes, moduleRef, modules)).toBeInstanceOf(Authorizes);
    expect(findEnricher(Plain as Type, moduleRef, modules)).toBeInstanceOf(Plain);
  });

  it.each<[string, Type, string, string]>([
    [
      'is missing',
      class Stranger {},
      'Stranger is not provided. List it in AuthModule.forRoot({ authorizers: [Stranger] }).',
      'Stranger is not provided. List it in AuthModule.forRoot({ enricher: Stranger }).',
    ],
    [
      'is transient',
      Transient,
      'Transient is transient: an authorizer must be a singleton. Give it the default scope.',
      'Transient is transient: an enricher must be a singleton. Give it the default scope.',
    ],
    [
      'is request-scoped',
      ByConstructor,
      expect.stringMatching(/^ByConstructor depends on Tenant/) as never,
      expect.stringMatching(/^ByConstructor depends on Tenant/) as never,
    ],
  ])('that %s is reported with the cure', async (_, type, authorizer, enricher) => {
    const { moduleRef, modules } = await application();
    const messageOf = (find: () => unknown) => {
      try {
        return find();
      } catch (error) {
        expect((error as AuthConfigurationError).cause).toBeInstanceOf(Error);
        return withoutHelp(error as AuthConfigurationError);
      }
    };
    expect(messageOf(() => findAuthorizer(type as never, moduleRef, modules))).toEqual(authorizer);
    expect(messageOf(() => findEnricher(type as never, moduleRef, modules))).toEqual(enricher);
  });
});
