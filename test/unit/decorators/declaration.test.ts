import { AuthConfigurationError, ResourceAuth, type ResourceAuthOptions, ServiceAuth, type ServiceAuthOptions } from 'nest-service-auth';
import { declaredResource, declaredService, isDeclaredService } from '../../../lib/decorators/declaration.js';

const stand = '@ResourceAuth stands on a method of a controller. On a class, use @ServiceAuth.';
const standOnClass = '@ServiceAuth stands on a class. On a method, use @ResourceAuth.';
const write = 'Write { auth: [...] }, or { auth: false } for an open route.';
const belong =
  "Requirements belong in an entry, as in { auth: [{ scheme: 'sts', scopes }] }, or on a resource, as in @ResourceAuth({ auth: { scopes } }).";
const good = { auth: ['sts'] };

describe('decorators, misused from JavaScript', () => {
  class Target {
    method() {}
    get accessor() {
      return 1;
    }
    static fixed() {}
  }
  const { prototype } = Target;
  const descriptor = (name: string) => Object.getOwnPropertyDescriptor(prototype, name);

  it.each<[string, unknown[], string]>([
    ['a class', [Target], stand],
    ['a property', [prototype, 'property'], stand],
    ['an accessor', [prototype, 'accessor', descriptor('accessor')], stand],
    ['a static method', [Target, 'fixed', Object.getOwnPropertyDescriptor(Target, 'fixed')], stand],
    ['a parameter', [prototype, 'method', 0], stand],
    ['a parameter of a constructor', [Target, undefined, 0], stand],
  ])('@ResourceAuth does not stand on %s', (_, target, message) => {
    expect(() => Reflect.apply(ResourceAuth(good), undefined, target)).toThrow(new AuthConfigurationError(message));
  });

  it.each<[string, unknown[]]>([
    ['a method', [prototype, 'method', descriptor('method')]],
    ['a static method', [Target, 'fixed', Object.getOwnPropertyDescriptor(Target, 'fixed')]],
    ['a property', [prototype, 'property']],
    ['a parameter', [prototype, 'method', 0]],
    ['a parameter of a constructor', [Target, undefined, 0]],
    ['an instance', [new Target()]],
    ['nothing', [undefined]],
  ])('@ServiceAuth does not stand on %s', (_, target) => {
    expect(() => Reflect.apply(ServiceAuth(good), undefined, target)).toThrow(new AuthConfigurationError(standOnClass));
  });

  it.each<[unknown, string]>([
    [undefined, `declares no auth. ${write}`],
    [null, `declares no auth. ${write}`],
    [{}, `declares no auth. ${write}`],
    [['sts'], `needs an object, not a list. ${write}`],
    [[], `needs an object, not a list. ${write}`],
    ['sts', `declares no auth. ${write}`],
    [{ auth: undefined }, `declares no auth. ${write}`],
    [{ scopes: 'a' }, `has "scopes", but only "auth" is allowed. ${belong}`],
    [{ auth: ['sts'], scopes: 'a' }, `has "scopes", but only "auth" is allowed. ${belong}`],
    [{ auth: ['sts'], permissions: '/a' }, `has "permissions", but only "auth" is allowed. ${belong}`],
    [{ auth: ['sts'], authorizers: [] }, `has "authorizers", but only "auth" is allowed. ${belong}`],
    [{ Auth: false }, `has a field "Auth", which is not known. ${write}`],
  ])('declare nothing with %j', (options, message) => {
    expect(() => {
      @ServiceAuth(options as ServiceAuthOptions)
      class Orders {}
      return Orders;
    }).toThrow(new AuthConfigurationError(`Orders @ServiceAuth: ${message}`));
    expect(() => {
      class Orders {
        @ResourceAuth(options as ResourceAuthOptions)
        list() {}
      }
      return Orders;
    }).toThrow(new AuthConfigurationError(`Orders.list @ResourceAuth: ${message}`));
  });

  it('tell all that is wrong', () => {
    expect(() => {
      @ServiceAuth({ scheme: 'sts', scopes: 'a' } as never)
      class Orders {}
      return Orders;
    }).toThrow(
      new AuthConfigurationError(
        `Orders @ServiceAuth: has a field "scheme", which is not known. ${write}\nOrders @ServiceAuth: has "scopes", but only "auth" is allowed. ${belong}`,
      ),
    );
  });

  it('stand there once', () => {
    expect(() => {
      @ServiceAuth(good)
      @ServiceAuth({ auth: false })
      class Orders {}
      return Orders;
    }).toThrow(new AuthConfigurationError('Orders @ServiceAuth: is a duplicate decorator: remove one.'));
    expect(() => {
      class Orders {
        @ResourceAuth(good)
        @ResourceAuth({ auth: false })
        list() {}
      }
      return Orders;
    }).toThrow(new AuthConfigurationError('Orders.list @ResourceAuth: is a duplicate decorator: remove one.'));
  });
});

describe('declarations', () => {
  @ServiceAuth({ auth: ['base'] })
  class Base {
    @ResourceAuth({ auth: false })
    open() {}
    @ResourceAuth({ auth: ['special'] })
    special() {}
    plain() {}
  }
  class Child extends Base {
    override special() {}
    override plain() {}
  }
  @ServiceAuth({ auth: ['grandchild'] })
  class Grandchild extends Child {
    @ResourceAuth({ auth: ['mine'] })
    override plain() {}
  }

  it('of a class are inherited until a subclass declares its own', () => {
    expect([Base, Child, Grandchild].map((each) => declaredService(each)?.auth)).toEqual([['base'], ['base'], ['grandchild']]);
  });

  it('of a method belong to where it is defined', () => {
    expect(declaredResource(Child, 'open')).toEqual({ own: { auth: false } });
    expect(declaredResource(Grandchild, 'plain')).toEqual({ own: { auth: ['mine'] } });
    expect(declaredResource(Child, 'plain')).toEqual({});
    expect(declaredResource(Child, 'nothing')).toEqual({});
  });

  it('are known to be lost where an override has none', () => {
    expect(declaredResource(Child, 'special')).toEqual({ lost: { from: 'Base.special', auth: ['special'] } });
    expect(declaredResource(Grandchild, 'special')).toEqual({ lost: { from: 'Base.special', auth: ['special'] } });
  });

  it('of a subclass do not reach its base', () => {
    expect(declaredResource(Base, 'plain')).toEqual({});
  });
});

it('@ServiceAuth stands on a class also where it is given the undefined rest of its parameters', () => {
  class Orders {}
  class Cheap extends Orders {}
  Reflect.apply(ServiceAuth(good), undefined, [Orders, undefined, undefined]);
  expect([Orders, Cheap].map(isDeclaredService)).toEqual([true, false]);
  expect(declaredService(Cheap)).toEqual(good);
});
