import { ResourceAuth, ServiceAuth } from 'nest-service-auth';
import type { ClassRef } from '../../../lib/decorators/declaration.js';
import type { Handler } from '../../../lib/discovery/handler-catalog.js';
import { markFunctions } from '../../../lib/discovery/handler-table.js';
import { MessageRegistry } from '../../../lib/discovery/message-registry.js';

type Method = (this: unknown, ...parameters: unknown[]) => unknown;

class Chat {
  @ResourceAuth({ auth: false })
  open() {}
  closed() {}
}

class OtherChat {
  open() {}
  @ResourceAuth({ auth: false })
  closed() {}
}

class LouderChat extends Chat {
  @ResourceAuth({ auth: false })
  shout() {}
}

@ServiceAuth({ auth: false })
class OpenChat extends Chat {}

@ServiceAuth({ auth: false })
class MixedChat {
  open() {}
  @ResourceAuth({ auth: ['sts'] })
  closed() {}
}

@ServiceAuth({ auth: ['sts'] })
class ProtectedChat {
  @ResourceAuth({ auth: false })
  open() {}
  closed() {}
}

function methodOf(type: ClassRef, name: string, more: Partial<Handler> = {}): Handler {
  const functions = [type.prototype[name]];
  return { type, name, functions, inController: false, kind: 'WebSocket message', label: `${type.name}.${name}`, ...more };
}

function registryOf(...methods: Handler[]): MessageRegistry {
  const registry = new MessageRegistry();
  for (const { functions } of methods) markFunctions(functions);
  registry.load(methods);
  return registry;
}

const ALL = [Chat, OtherChat, LouderChat, OpenChat, MixedChat, ProtectedChat].flatMap((type) => [
  methodOf(type, 'open'),
  methodOf(type, 'closed'),
]);

/** As tracing wraps handlers: another function, with a copy of the metadata and whatever name. */
function traced(method: object, name: string): Method {
  const wrapper = { [name]: () => undefined }[name] as Method;
  for (const key of Reflect.getMetadataKeys(method)) Reflect.defineMetadata(key, Reflect.getMetadata(key, method), wrapper);
  return wrapper;
}

describe('what is declared for a message handler', () => {
  it.each<[string, ClassRef, object, boolean | undefined]>([
    ['an open method', Chat, Chat.prototype.open, true],
    ['a method that nothing declares', Chat, Chat.prototype.closed, false],
    ['a method of the same name in another class', OtherChat, OtherChat.prototype.open, false],
    ['an inherited open method', LouderChat, Chat.prototype.open, true],
    ['an inherited method that nothing declares', LouderChat, Chat.prototype.closed, false],
    ['an inherited method that a subclass opens', OpenChat, Chat.prototype.closed, true],
    ['a method that its open class opens', MixedChat, MixedChat.prototype.open, true],
    ['a method that declares protection in an open class', MixedChat, MixedChat.prototype.closed, false],
    ['an open method of a protected class', ProtectedChat, ProtectedChat.prototype.open, true],
    ['a method that its class protects', ProtectedChat, ProtectedChat.prototype.closed, false],
    ['a method of another class', OtherChat, Chat.prototype.open, undefined],
    ['a stranger of the same name', Chat, { open() {} }.open, undefined],
    ['no function', Chat, undefined as never, undefined],
    ['a method that is not listed', LouderChat, LouderChat.prototype.shout, undefined],
  ])('is found by class and function: %s', (_, type, handler, isOpen) => {
    expect(registryOf(...ALL).get(type, handler)?.isOpen).toBe(isOpen);
  });

  it('is found through a wrapper with a copy of the metadata, whatever the wrapper is called', () => {
    const registry = registryOf(...ALL);
    expect(registry.get(Chat, traced(Chat.prototype.open, 'closed'))).toEqual({ label: 'Chat.open', isOpen: true });
    expect(registry.get(Chat, traced(Chat.prototype.closed, 'open'))).toEqual({ label: 'Chat.closed', isOpen: false });
    expect(registry.get(OtherChat, traced(Chat.prototype.open, 'open'))).toBeUndefined();
  });

  it('is found through a wrapper that was made before the boot has finished', () => {
    for (const { functions } of ALL) markFunctions(functions);
    const registry = new MessageRegistry();
    const wrapper = traced(Chat.prototype.open, 'wrapper');
    expect(registry.isReady).toBe(false);
    registry.load(ALL);
    expect(registry.isReady).toBe(true);
    expect(registry.get(Chat, wrapper)?.isOpen).toBe(true);
  });

  it('is that of the method which a decorator replaced, not of the one it wraps', () => {
    class Wrapping {
      @ResourceAuth({ auth: false })
      run() {}
      admin() {}
    }
    registryOf(methodOf(Wrapping, 'run')); // an application that ended before the class was changed
    Wrapping.prototype.admin = traced(Wrapping.prototype.run, 'run') as () => void;
    const registry = registryOf(methodOf(Wrapping, 'run'), methodOf(Wrapping, 'admin'));
    expect(registry.get(Wrapping, Wrapping.prototype.run)?.isOpen).toBe(true);
    expect(registry.get(Wrapping, Wrapping.prototype.admin)?.isOpen).toBe(false);
  });

  it('opens a function that runs for two methods only if both are open', () => {
    class Twice {
      @ResourceAuth({ auth: false })
      first() {}
      second = undefined;
    }
    const shared = Twice.prototype.first;
    const methods = [methodOf(Twice, 'first'), methodOf(Twice, 'second', { functions: [shared] })];
    expect(registryOf(...methods).get(Twice, shared)?.isOpen).toBe(false);
    expect(registryOf(...methods.toReversed()).get(Twice, shared)?.isOpen).toBe(false);
  });

  it('is found where a decorator replaced the class by a proxy', () => {
    const Replaced = new Proxy(Chat, {});
    const registry = registryOf(methodOf(Replaced, 'open'), methodOf(Replaced, 'closed'));
    expect(registry.get(new Replaced().constructor, Chat.prototype.open)?.isOpen).toBe(true);
    expect(registry.get(new Replaced().constructor, Chat.prototype.closed)?.isOpen).toBe(false);
  });

  it('says nothing of a route, which has a plan', () => {
    const registry = registryOf(methodOf(Chat, 'open', { kind: 'HTTP route', inController: true }));
    expect(registry.get(Chat, Chat.prototype.open)).toBeUndefined();
  });
});
