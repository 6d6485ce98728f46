import { UnauthenticatedException } from 'nest-service-auth';
import { resolveOptions } from '../../../../lib/auth.options.schema.js';
import { Door } from '../../../../lib/guard/door.js';
import type { Plan } from '../../../../lib/plan/plan.js';
import { HandshakeReader } from '../../../../lib/transport/web-socket/handshake-reader.js';
import { Handshakes } from '../../../../lib/transport/web-socket/handshakes.js';
import { absent, accepts, later, planOf, rejects, single } from '../../guard/steps.js';

class Orders {
  handleConnection() {}
}
class Books {}

const OPEN: Plan = { kind: 'open', source: 'resource' };
const REQUEST = { headers: {}, rawHeaders: [] };

interface Trial {
  readonly plans?: readonly (readonly [type: object, plan: Plan, kind?: string])[];
  readonly isReady?: boolean;
  readonly tokenFrom?: readonly object[];
}

function handshakesOf({ plans = [], isReady = true, tokenFrom }: Trial) {
  const options = resolveOptions({ ...(tokenFrom && { webSocket: { tokenFrom } }) } as never);
  const denials: unknown[] = [];
  const denied = ({ route, transport, steps }: { route: string; transport: string; steps: readonly { reason?: string }[] }) =>
    void denials.push([route, transport, steps[0]?.reason]);
  const all = plans.map(([type, plan, kind = 'WebSocket connection']) => ({
    handler: { type, kind },
    plan,
    label: 'a gateway',
    transport: 'ws',
  }));
  const door = new Door(options, { denied } as never);
  const reader = new HandshakeReader(options);
  const handshakes = new Handshakes({ isReady } as never, { all } as never, door, { reader } as never);
  const open = async (...gateways: object[]) => {
    const outcome = await handshakes.open(gateways as never, REQUEST, undefined);
    if (outcome instanceof Error) return outcome.getStatus();
    return outcome.awaitsToken ? 'awaits its token' : outcome.connection.callers.map((caller) => caller?.username ?? caller);
  };
  return { handshakes, open, denials };
}

const alice = planOf(single(accepts({ username: 'alice' })));
const bob = planOf(single(later(accepts({ username: 'bob' }))));
const closed = planOf(single(rejects));
const nobody = planOf(single(absent));

describe('a handshake', () => {
  it.each<[string, Trial['plans'] & object, object[], unknown]>([
    [
      'has the caller of each gateway, in their order',
      [
        [Books, bob],
        [Orders, alice],
      ],
      [Orders, Books],
      ['alice', 'bob'],
    ],
    [
      'has no caller of an open gateway',
      [
        [Books, OPEN],
        [Orders, alice],
      ],
      [Books, Orders],
      [undefined, 'alice'],
    ],
    [
      'is refused where one of its gateways refuses',
      [
        [Books, closed],
        [Orders, alice],
      ],
      [Orders, Books],
      401,
    ],
    ['without credentials is refused', [[Orders, nobody]], [Orders], 401],
    ['with a gateway that has no plan is refused', [[Orders, alice]], [Orders, Books], 403],
    ['with a gateway whose messages alone have a plan is refused', [[Orders, OPEN, 'WebSocket message']], [Orders], 403],
    ['without a gateway is refused', [[Orders, OPEN]], [], 403],
  ])('%s', async (_, plans, gateways, expected) => {
    expect(await handshakesOf({ plans }).open(...gateways)).toEqual(expected);
  });

  it('without credentials is open where its first message may have the token, and only then', async () => {
    const tokenFrom = [{ message: 'authenticate' }];
    expect(await handshakesOf({ plans: [[Orders, nobody]], tokenFrom }).open(Orders)).toBe('awaits its token');
    expect(await handshakesOf({ plans: [[Orders, closed]], tokenFrom }).open(Orders)).toBe(401);
    expect(await handshakesOf({ plans: [[Orders, { kind: 'denied', source: 'unannotated' }]], tokenFrom }).open(Orders)).toBe(403);
    expect(await handshakesOf({ plans: [[Orders, alice]], tokenFrom }).open(Orders)).toEqual(['alice']);
  });

  it('is refused before the boot has finished, and is reported with its gateway', async () => {
    const { handshakes, open, denials } = handshakesOf({ plans: [[Orders, OPEN]], isReady: false });
    expect([await open(Orders), await open(), handshakes.reader]).toEqual([503, 503, undefined]);
    expect(denials).toEqual([
      ['Orders.handleConnection', 'ws', 'boot_not_finished'],
      ['gateway.handleConnection', 'ws', 'boot_not_finished'],
    ]);
    expect(handshakesOf({}).handshakes.reader).toBeInstanceOf(HandshakeReader);
  });

  it('without a plan is reported with its gateway', async () => {
    const { open, denials } = handshakesOf({});
    expect([await open(Orders), await open()]).toEqual([403, 403]);
    expect(denials).toEqual([
      ['Orders.handleConnection', 'ws', 'unknown_handler'],
      ['gateway.handleConnection', 'ws', 'unknown_handler'],
    ]);
  });

  it('leaves the callers of the connection as they were where it is refused', async () => {
    const { handshakes } = handshakesOf({
      plans: [
        [Orders, alice],
        [Books, closed],
      ],
    });
    const callers = [undefined];
    const connection = { ...REQUEST, bearer: { kind: 'absent' }, gateways: [Orders, Books], callers };
    expect(await handshakes.decide(connection as never, {})).toBeInstanceOf(UnauthenticatedException);
    expect(connection.callers).toBe(callers);
  });
});

describe('an authorizer of a gateway', () => {
  it.each<[string, object, object | undefined, string]>([
    ['the client', Orders, {}, 'handleConnection'],
    ['the request, where the client is not there yet', Books, undefined, 'noHandler'],
  ])('is given a context with %s, and the function that handles the connection', async (_, gateway, client, handler) => {
    const seen: unknown[] = [];
    const authorize = (
      __: unknown,
      context: { getClass(): object; getHandler(): { name: string }; getArgByIndex(index: number): object },
    ) => {
      seen.push(context.getClass(), context.getHandler().name, context.getArgByIndex(0));
      return true;
    };
    const authorizers = [{ authorizer: { authorize }, args: undefined }] as never;
    const { handshakes } = handshakesOf({ plans: [[gateway, planOf(single(accepts(), { authorizers }))]] });
    await handshakes.open([gateway] as never, REQUEST, client);
    expect(seen).toEqual([gateway, handler, client ?? REQUEST]);
    expect(seen[2]).toBe(client ?? REQUEST);
  });
});
