import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { WsException } from '@nestjs/websockets';
import { BootGuard } from '../../../lib/boot/boot.guard.js';
import { AuthUnavailableException } from '../../../lib/guard/exceptions.js';
import { HttpTransport } from '../../../lib/transport/http/http.transport.js';
import { Transports } from '../../../lib/transport/transports.js';
import { WebSocketTransport } from '../../../lib/transport/web-socket/web-socket.transport.js';

const NO_STREAMS = { endWithCredential: () => undefined };

async function closedGuard() {
  const headers: Record<string, string> = {};
  const httpAdapter = { setHeader: (_: unknown, name: string, value: string) => void Object.assign(headers, { [name]: value }) };
  const kind = 'WebSocket message' as const;
  const method = { type: class {}, name: 'receive', functions: [], inController: false, kind, label: 'Chat.receive' };
  const all = [new HttpTransport({ httpAdapter } as never, NO_STREAMS), new WebSocketTransport()];
  const transports = await new Transports(all).load({ declared: [method] });
  return { guard: new BootGuard(transports), headers };
}

function contextOf(type: string) {
  const context = new ExecutionContextHost([{}, {}], class Orders {}, function list() {});
  context.setType(type);
  return context;
}

describe('BootGuard', () => {
  it('refuses as unavailable until it is opened, and says when to come back', async () => {
    const { guard, headers } = await closedGuard();
    expect(() => guard.canActivate(contextOf('http'))).toThrow(AuthUnavailableException);
    expect(headers).toEqual({ 'Retry-After': '5' });
  });

  it('refuses a call of another transport in the words of that transport', async () => {
    const { guard, headers } = await closedGuard();
    expect(() => guard.canActivate(contextOf('ws'))).toThrow(WsException);
    expect(() => guard.canActivate(contextOf('graphql'))).toThrow(AuthUnavailableException);
    expect(headers).toEqual({});
  });

  it.each([true, false, Promise.resolve(true)])('answers what the guard answers once it is opened: %p', async (answer) => {
    const { guard } = await closedGuard();
    guard.open({ canActivate: () => answer });
    expect(guard.canActivate(contextOf('http'))).toBe(answer);
  });
});
