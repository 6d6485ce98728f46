import { createParamDecorator, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import { MessageBody, WebSocketGateway } from '@nestjs/websockets';
import { CurrentPrincipal, type Principal } from 'nest-service-auth';
import { createPrincipal } from '../../../../lib/principal.js';
import { fillConnectionParameters } from '../../../../lib/transport/web-socket/connection-parameters.js';

const Given = createParamDecorator((data: unknown, context: ExecutionContext) => [data, context.getClass(), context.getHandler().name]);
const seen: unknown[][] = [];

@WebSocketGateway()
class Live {
  handleConnection(client: unknown, @CurrentPrincipal() who?: Principal, @Given('x') given?: unknown, @MessageBody() other?: unknown) {
    seen.push([this, client, who?.username, given, other]);
    return 'connected';
  }
}
class Late implements PipeTransform {
  transform = (value: unknown) => value;
}
@WebSocketGateway()
class Piped {
  handleConnection(_: unknown, @CurrentPrincipal(Late) __?: unknown, @CurrentPrincipal() ___?: unknown) {}
}
@WebSocketGateway()
class Bare {
  handleConnection() {}
}
@WebSocketGateway()
class Silent {}
/** No gateway: Nest calls it for no connection. */
class Plain {
  handleConnection(_: unknown, @CurrentPrincipal(Late) __?: unknown) {}
}

type Class = new () => object;
const wrapperOf = (metatype: Class, isStatic = true) => {
  const instance = new metatype() as { handleConnection?(...parameters: unknown[]): unknown };
  return { metatype, instance, isDependencyTreeStatic: () => isStatic };
};
const fill = (wrappers: object[], connection?: object) =>
  fillConnectionParameters(wrappers as never, { connectionOf: () => connection } as never);

describe('the decorated parameters of handleConnection', () => {
  it('are filled for the gateway of the connection, and the others stay as they came', () => {
    const alice = createPrincipal({ scheme: 'sts', method: 'jwt', username: 'alice' });
    const wrapper = wrapperOf(Live);
    fill([wrapper], { gateways: [Bare, Live], callers: [undefined, alice] });
    const client = {};
    expect(wrapper.instance.handleConnection?.(client, 'a request', 'x', 'another')).toBe('connected');
    expect(seen.splice(0)).toEqual([[wrapper.instance, client, 'alice', ['x', Live, 'handleConnection'], 'another']]);
  });

  it('have no caller where the client has no connection', () => {
    const wrapper = wrapperOf(Live);
    fill([wrapper]);
    wrapper.instance.handleConnection?.({});
    expect(seen.splice(0).map(([, , who]) => who)).toEqual([undefined]);
  });

  it.each<[string, object, string]>([
    ['a gateway is request-scoped', wrapperOf(Live, false), 'Live.handleConnection: has decorated parameters, but the gateway is request'],
    ['they have pipes', wrapperOf(Piped), 'Piped.handleConnection: has decorated parameters with pipes'],
  ])('stop the boot where %s', (_, wrapper, message) => {
    expect(() => fill([wrapper])).toThrow(message);
  });

  it('are nothing to other classes, and to gateways without them', () => {
    const wrappers = [wrapperOf(Plain, false), wrapperOf(Bare, false), wrapperOf(Silent, false), { metatype: undefined, instance: {} }];
    wrappers.push({ ...wrapperOf(Live), instance: {} });
    expect(() => fill(wrappers)).not.toThrow();
    expect(wrappers.map(({ instance }) => Object.keys(instance))).toEqual([[], [], [], [], []]);
  });
});
