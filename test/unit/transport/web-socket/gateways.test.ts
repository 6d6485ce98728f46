import { WebSocketGateway } from '@nestjs/websockets';
import { Gateways } from '../../../../lib/transport/web-socket/gateways.js';

@WebSocketGateway()
class Plain {}
@WebSocketGateway({ namespace: 'admin' })
class Admin {}
@WebSocketGateway({ namespace: '/admin' })
class Slash {}
@WebSocketGateway({ path: '/live' })
class Path {}
@WebSocketGateway(8080)
class Port {}
class Unmarked {}

const all = [Plain, Admin, Slash, Path, Port];
const connections = [...all, Plain].map((type) => ({ type, kind: 'WebSocket connection' }));
const gateways = () => new Gateways({ declared: [...connections, { type: Unmarked, kind: 'WebSocket message' }] } as never);

describe('the gateways of a server', () => {
  it.each<[number, object | undefined, object[]]>([
    [0, undefined, [Plain]],
    [0, {}, [Plain]],
    [0, { namespace: '' }, [Plain]],
    [0, { namespace: '/admin' }, [Admin, Slash]],
    [0, { namespace: 'admin' }, [Admin, Slash]],
    [0, { namespace: '/other' }, []],
    [0, { path: '/live' }, [Path]],
    [0, { path: '/live', namespace: '/admin' }, []],
    [8080, {}, [Port]],
    [8081, {}, []],
  ])('on port %p with %j are those of its port, path and namespace', (port, options, expected) => {
    expect(gateways().add({}, port, options)).toEqual(expected);
  });

  it('are all that were asked for with the same server, each once', () => {
    const [found, server] = [gateways(), {}];
    const list = found.add(server, 0, {});
    found.add(server, 8080, {});
    found.add(server, 0, {});
    expect(list).toEqual([Plain, Port]);
    expect(found.of(server)).toBe(list);
    expect(found.of({})).toEqual([]);
  });
});
