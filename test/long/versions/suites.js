import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NESTS, NODES, root } from './promised.js';

/** @import { Nest } from './promised.js' */

/**
 * Tests for one version of Node.js and one of Nest: without `nest`, the one that is installed in the repository.
 *
 * @typedef {{ readonly node: string, readonly nest?: Nest, readonly files: readonly string[] }} Suite
 */

const EVERYTHING = ['test/unit', 'test/contract', 'test/conformance', 'test/security', 'test/e2e'];

/** What depends most on Node.js and Nest: the guard on every transport, the boot, the router, TLS, files, streams and signals. */
const PART = [
  'test/contract',
  'test/security/graphql.test.ts',
  'test/security/web-socket.test.ts',
  'test/unit/boot',
  'test/unit/discovery',
  'test/unit/transport',
  'test/unit/http',
  'test/unit/tls',
  'test/unit/outgoing',
  'test/e2e/access-rules-routing.test.ts',
  'test/e2e/auth-client.test.ts',
  'test/e2e/failed-boot.test.ts',
  'test/e2e/guard.test.ts',
  'test/e2e/module-missing.test.ts',
  'test/e2e/mutual-tls.test.ts',
  'test/e2e/request-scope.test.ts',
  'test/e2e/requirements.test.ts',
  'test/e2e/routing.test.ts',
  'test/e2e/web-socket-servers.test.ts',
];

const [oldest] = NESTS;

/**
 * `npm test` runs everything on the installed versions, so each other version of Node.js and Nest meets all tests once.
 *
 * @type {Readonly<Record<'part' | 'all', readonly Suite[]>>}
 */
export const SUITES = {
  part: [
    { node: '24', files: PART },
    { node: '20.19.0', ...(oldest !== undefined && { nest: oldest }), files: PART },
  ],
  all: [
    ...NODES.filter((node) => node.startsWith('22.')).map((node) => ({ node, files: EVERYTHING })),
    ...NESTS.map((nest) => ({ node: nest.isOldest ? '20.19.0' : '24', nest, files: EVERYTHING })),
  ],
};

const OVER_TCP = 'messages of Nest 11 have no place for a credential over TCP: a protected handler stops the boot';
const LOST_MESSAGES = 'Nest 11 loses messages of a protected stream: such a handler stops the boot';
const LIVE_ORDERS = 'the sample is written for Nest 12: its client over NATS, and its messages over TCP';

/** The test files that Nest 11 cannot run, and why. */
const NOT_ON_11 = {
  'test/e2e/rpc-tcp.test.ts': OVER_TCP,
  'test/e2e/rpc-outgoing.test.ts': OVER_TCP,
  'test/e2e/rpc-redis.test.ts': 'messages of Nest 11 have no place for a credential over Redis: a protected handler stops the boot',
  'test/security/rpc.test.ts': OVER_TCP,
  'test/e2e/rpc-grpc.test.ts': LOST_MESSAGES,
  'test/conformance/transports/grpc.test.ts': LOST_MESSAGES,
  'test/e2e/live-orders.test.ts': LIVE_ORDERS,
  'test/e2e/live-orders-page.test.ts': LIVE_ORDERS,
  'test/e2e/mcp-nest.test.ts': 'there is no version of @rekog/mcp-nest for it that is tested here',
};

/** The test files that a copy with another version of Nest cannot run, and why. */
const NOT_IN_A_COPY = {
  'test/unit/sample/order-management/deploy/image.test.ts': 'compares with the lock file, which is for the installed versions',
};

/** @param {Suite} suite */
export const nameOf = ({ node, nest }) => `Node.js ${node}, ${nest?.name ?? 'the installed Nest'}`;

/** The files that a suite leaves out, with the reason. @param {Suite} suite */
export function leftOut({ nest }) {
  return { ...(nest !== undefined && NOT_IN_A_COPY), ...(nest?.major === 11 && NOT_ON_11) };
}

for (const file of [...Object.keys({ ...NOT_ON_11, ...NOT_IN_A_COPY }), ...PART])
  if (!existsSync(join(root, file))) throw new Error(`There is no ${file}. Change ${import.meta.filename}.`);
