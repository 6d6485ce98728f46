import { ForbiddenException, ServiceUnavailableException, type Type } from '@nestjs/common';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { ResourceAuth, ServiceAuth } from 'nest-service-auth';
import { resolveOptions } from '../../../lib/auth.options.js';
import type { DiscoveredMethod } from '../../../lib/discovery/message-handlers.js';
import { MessageRegistry } from '../../../lib/discovery/message-registry.js';
import { Door } from '../../../lib/guard/door.js';
import { MessageGate } from '../../../lib/transport/message-gate.js';
import { TransportRefusals } from '../../../lib/transport/transport-refusal.js';

@ServiceAuth({ auth: false })
class OpenService {
  open() {}
  @ResourceAuth({ auth: ['keys'] })
  protected() {}
}

class SilentService {
  @ResourceAuth({ auth: false })
  open() {}
  silent() {}
}

const methodOf = (type: Type, name: string): DiscoveredMethod => ({
  type,
  name,
  handlers: [type.prototype[name]],
  inController: false,
  kind: 'WebSocket message',
  isRoute: false,
});
const METHODS = [
  methodOf(OpenService, 'open'),
  methodOf(OpenService, 'protected'),
  methodOf(SilentService, 'open'),
  methodOf(SilentService, 'silent'),
];

function gateWith(hasBooted: boolean) {
  const registry = new MessageRegistry({ methods: () => METHODS });
  if (hasBooted) registry.load();
  return new MessageGate(registry, new Door(resolveOptions({}), { denied: () => undefined }), new TransportRefusals());
}

function contextOf(controller: Type, handler: () => unknown) {
  return Object.assign(new ExecutionContextHost([], controller, handler), { getType: () => 'ws' as never });
}

describe('a message', () => {
  it.each<[string, Type, () => unknown]>([
    ['its service is declared open', OpenService, OpenService.prototype.open],
    ['its handler is declared open', SilentService, SilentService.prototype.open],
  ])('is let through where %s', (_, type, handler) => {
    expect(gateWith(true).canActivate(contextOf(type, handler))).toBe(true);
  });

  it.each<[string, Type, () => unknown]>([
    ['its handler declares protection, although its service is open', OpenService, OpenService.prototype.protected],
    ['nothing is declared', SilentService, SilentService.prototype.silent],
    ['its handler is unknown', SilentService, () => undefined],
    ['its handler belongs to another service', OpenService, SilentService.prototype.open],
  ])('is refused where %s', (_, type, handler) => {
    expect(() => gateWith(true).canActivate(contextOf(type, handler))).toThrow(ForbiddenException);
  });

  it('is refused as unavailable until the boot has finished, even where it is declared open', () => {
    const context = contextOf(SilentService, SilentService.prototype.open);
    expect(() => gateWith(false).canActivate(context)).toThrow(ServiceUnavailableException);
  });
});
