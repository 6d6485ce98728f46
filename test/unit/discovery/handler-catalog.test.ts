import { Controller, Get, Injectable, SetMetadata } from '@nestjs/common';
import { WebSocketGateway } from '@nestjs/websockets';
import { discovered } from './discovered.js';

@WebSocketGateway()
class Gateway {}

class First {
  @SetMetadata('graphql:resolver_type', 'Query')
  orders() {}
}

class Second extends First {}

/** Its objects are of no class at all but this. */
class Rootless {}
Object.setPrototypeOf(Rootless.prototype, null);

function WithoutPrototype() {}
WithoutPrototype.prototype = null;

describe('the functions of a handler', () => {
  const functionsOf = async (metadata: object, name: string) => {
    const { catalog } = await discovered(metadata);
    return catalog.handlers.find((each) => each.name === name)?.functions;
  };

  it('are that of the class, and those that objects have in its place', async () => {
    const bound: object[] = [];
    @Controller()
    class Binding {
      constructor() {
        this.list = this.list.bind(this);
        bound.push(this.list);
      }
      @Get()
      list() {}
    }
    expect(await functionsOf({ controllers: [Binding] }, 'list')).toEqual([Binding.prototype.list, ...bound]);
    bound.length = 0;
    @Injectable()
    class BindingProvider extends Binding {}
    expect(await functionsOf({ providers: [BindingProvider] }, 'list')).toEqual([Binding.prototype.list, ...bound]);
    expect(bound).toHaveLength(1);
  });

  it('are named once, and nothing else is one', async () => {
    @Controller()
    class Plain {
      @Get()
      list() {}
    }
    expect(await functionsOf({ controllers: [Plain], providers: [Plain] }, 'list')).toEqual([Plain.prototype.list]);
    expect(await functionsOf({ providers: [Gateway] }, 'handleConnection')).toEqual([]);
  });

  it('are those that they are wrappers of, too', async () => {
    @Controller()
    class Wrapped {
      @Get()
      list() {}
    }
    const original = Wrapped.prototype.list;
    const wrapper = () => undefined;
    const onModuleInit = () => {
      for (const key of Reflect.getMetadataKeys(original)) Reflect.defineMetadata(key, Reflect.getMetadata(key, original), wrapper);
      Wrapped.prototype.list = wrapper;
    };
    const late = { provide: 'late', useValue: { onModuleInit } };
    expect(await functionsOf({ controllers: [Wrapped], providers: [late] }, 'list')).toEqual([wrapper, original]);
  });
});

describe('the classes of the catalogue', () => {
  it('are also those of objects that factories make and that are given, and not of plain objects', async () => {
    const providers = [
      { provide: 'made', useFactory: () => new First() },
      { provide: 'given', useValue: new Second() },
      { provide: 'plain', useValue: { orders() {} } },
      { provide: 'bare', useValue: Object.create(null) },
      { provide: 'text', useValue: 'text' },
      { provide: 'nothing', useValue: null },
      { provide: 'rootless', useValue: Object.create(Rootless.prototype) },
      ...['text', () => undefined, WithoutPrototype].map((type, index) => ({
        provide: `other ${index}`,
        useValue: Object.create({ constructor: type }),
      })),
      { provide: 'function', useValue: () => undefined },
    ];
    const { catalog } = await discovered({ providers });
    expect(catalog.providers).toEqual(expect.arrayContaining([First, Second]));
    for (const other of [Object, String, Function, WithoutPrototype]) expect(catalog.providers).not.toContain(other);
    expect(catalog.operations.map(({ operation }) => operation)).toEqual(['Query.orders', 'Query.orders']);
  });
});
