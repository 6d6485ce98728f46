import { Controller, Get } from '@nestjs/common';
import { ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { lostDeclaration } from '../../../lib/discovery/declared.js';
import { discovered } from './discovered.js';

describe('a declaration without effect', () => {
  const warningsOf = async (metadata: object) => (await discovered(metadata)).findings.warnings;

  it('is reported on a controller, also where it opens what nothing calls', async () => {
    @ServiceAuth({ auth: false })
    @Controller()
    class Idle {
      @ResourceAuth({ auth: false })
      helper() {}
      silent() {}
    }
    expect(await warningsOf({ controllers: [Idle] })).toEqual([
      expect.stringMatching(/^Idle\.helper @ResourceAuth has no effect: the method is not a route/),
      'Idle @ServiceAuth has no effect: the controller has no route.',
    ]);
  });

  it('is not reported on what a library may call later, if it opens that', async () => {
    class Later {
      @ResourceAuth({ auth: false })
      run() {}
    }
    @ServiceAuth({ auth: false })
    class OpenLater {
      run() {}
    }
    expect(await warningsOf({ providers: [Later, OpenLater] })).toEqual([]);
  });

  it('is reported on a method that is named by a symbol, which no library calls', async () => {
    const NAMED: unique symbol = Symbol('named');
    class Later {
      @ResourceAuth({ auth: false })
      [NAMED]() {}
    }
    expect(await warningsOf({ providers: [Later] })).toEqual([
      'Later.Symbol(named) @ResourceAuth has no effect: Nest calls no method that is named by a symbol. Name it by a string.',
    ]);
  });

  it('is not reported on a class of which one method is called, nor on a class that inherits it', async () => {
    @ServiceAuth({ auth: ['keys'] })
    @Controller('a')
    class Called {
      @Get()
      list() {}
      helper() {}
    }
    class Heir extends Called {}
    expect(await warningsOf({ controllers: [Called], providers: [Heir] })).toEqual([]);
  });

  it('is reported on a provider that nothing calls, if it should protect', async () => {
    @ServiceAuth({ auth: ['keys'] })
    class Idle {
      @ResourceAuth({ auth: ['keys'] })
      work() {}
    }
    const why = 'the class is not a controller, and';
    expect(await warningsOf({ providers: [Idle] })).toEqual([
      `Idle.work @ResourceAuth has no effect: ${why} the method is not a handler of a resolver or a gateway.`,
      `Idle @ServiceAuth has no effect: ${why} no method of it is a handler of a resolver or a gateway.`,
    ]);
  });
});

describe('an override without a declaration', () => {
  class Base {
    @ResourceAuth({ auth: ['keys'] })
    protected() {}
    @ResourceAuth({ auth: false })
    open() {}
    silent() {}
  }
  class Heir extends Base {
    override protected() {}
    override open() {}
    override silent() {}
  }
  class Inheriting extends Base {}

  it('is a mistake where it loses a protection', () => {
    expect(lostDeclaration(Heir, 'protected', 'Heir.protected')).toEqual({
      path: 'Heir.protected',
      message:
        'overrides Base.protected, which has @ResourceAuth, but has none itself. Repeat the declaration on the override, or declare another.',
    });
  });

  it.each<[string, typeof Base, keyof Base]>([
    ['of an open method', Heir, 'open'],
    ['of a method without one', Heir, 'silent'],
    ['that is none', Inheriting, 'protected'],
  ])('is no mistake: %s', (_, type, name) => {
    expect(lostDeclaration(type, name, 'path')).toBeUndefined();
  });
});
