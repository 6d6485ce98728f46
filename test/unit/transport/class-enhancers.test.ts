import 'reflect-metadata';
import type { CanActivate, Type } from '@nestjs/common';
import { GUARDS_METADATA } from '@nestjs/common/constants.js';
import { attachToClasses } from '../../../lib/transport/class-enhancers.js';
import { MessageGuards } from '../../../lib/transport/message-guard.js';

class Own implements CanActivate {
  canActivate = () => true;
}
class Another {}

function modules() {
  const told: unknown[] = [];
  const module = { addInjectable: (provider: unknown, kind: string) => void told.push([provider, kind]) };
  return {
    told,
    map: new Map([
      ['a', module],
      ['b', module],
    ]) as never,
  };
}
const guardsOf = (type: object): unknown => Reflect.getMetadata(GUARDS_METADATA, type);
const instance = new Own();
const ENHANCER = { kind: 'guard', type: Own, instance } as const;

describe('a guard that is attached to classes', () => {
  it('stands once behind the guards of the class, and every module has its instance', () => {
    class Gateway {}
    Reflect.defineMetadata(GUARDS_METADATA, [Another], Gateway);
    const { told, map } = modules();
    for (let time = 0; time < 2; time++) attachToClasses([Gateway, Gateway], ENHANCER, map);
    expect(guardsOf(Gateway)).toEqual([Another, Own]);
    expect(told).toEqual(Array.from({ length: 4 }, () => [{ provide: Own, useValue: instance }, 'guard']));
  });

  it('is the only one of a class without guards', () => {
    class Gateway {}
    attachToClasses([Gateway], ENHANCER, modules().map);
    expect(guardsOf(Gateway)).toEqual([Own]);
  });

  it('stands on the class that Nest finds by the prototype, too', () => {
    class Written {}
    const wrapped = Object.assign(() => undefined, { prototype: Written.prototype }) as unknown as Type;
    attachToClasses([wrapped], ENHANCER, modules().map);
    expect([guardsOf(wrapped), guardsOf(Written)]).toEqual([[Own], [Own]]);
  });

  it('is in no module where there is no class', () => {
    const { told, map } = modules();
    attachToClasses([], ENHANCER, map);
    expect(told).toEqual([]);
  });
});

describe('the guard of classes with message handlers', () => {
  const contextOf = (type: string) => ({ getType: () => type }) as never;

  it('asks the guard of the application, except about HTTP, and admits every call of an application without this module', () => {
    class Gateway {}
    class Controller {}
    class Plain {}
    const asked: unknown[] = [];
    const guard = { canActivateOnce: (context: unknown) => asked.push(context) < 0 };
    const { told, map } = modules();
    const declared = [{ type: Gateway, kind: 'WebSocket message' }, { type: Controller, kind: 'HTTP route' }, { type: Plain }];
    new MessageGuards({ declared } as never, map, guard as never);
    const [attached] = guardsOf(Gateway) as [Type<CanActivate>];
    expect([guardsOf(Controller), guardsOf(Plain)]).toEqual([undefined, undefined]);

    const [[{ provide, useValue }]] = told as [[{ provide: unknown; useValue: CanActivate }]];
    expect(provide).toBe(attached);
    expect([useValue.canActivate(contextOf('ws')), asked.length]).toEqual([false, 1]);
    expect([useValue.canActivate(contextOf('http')), asked.length]).toEqual([true, 1]);
    expect([new attached().canActivate(contextOf('ws')), asked.length]).toEqual([true, 1]);
  });
});
