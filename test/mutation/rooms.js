import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** For a folder of lib/, the tests beside its own in test/unit that call its code in this process, and take seconds. */
const BESIDE_ITS_OWN = {
  // Changed code is slower: the costs of paths are not measured.
  'access-control': ['!test/unit/access-control/pattern/cost.test.ts'],
  boot: [
    'test/e2e/explain.test.ts',
    'test/e2e/failed-boot.test.ts',
    'test/e2e/guard-order.test.ts',
    'test/e2e/module-setup.test.ts',
    'test/e2e/protected-mounts.test.ts',
    'test/e2e/request-scope.test.ts',
    'test/e2e/resource-metadata.test.ts',
    'test/e2e/testing.test.ts',
    'test/e2e/transports-boot.test.ts',
    'test/e2e/transports-early.test.ts',
  ],
  client: ['test/e2e/auth-client.test.ts', 'test/e2e/rpc-outgoing.test.ts'],
  config: [
    'test/unit/client/dpop.test.ts',
    'test/unit/strategies/basic/file/file-user-store.test.ts',
    'test/unit/strategies/basic/file/users-file.test.ts',
    'test/e2e/configuration.test.ts',
  ],
  decorators: ['test/e2e/module-missing.test.ts', 'test/e2e/module-setup.test.ts', 'test/e2e/inheritance.test.ts'],
  discovery: ['test/unit/transport/graphql/graphql-audit.test.ts'],
  guard: [
    'test/e2e/anonymous.test.ts',
    'test/e2e/explain.test.ts',
    'test/unit/transport',
    'test/unit/observe',
    'test/unit/auth.service.test.ts',
    'test/properties/plans.test.ts',
  ],
  http: [
    'test/unit/strategies/mutual-tls',
    'test/unit/strategies/token-from.test.ts',
    'test/unit/transport',
    'test/unit/auth.options.schema.test.ts',
  ],
  observe: ['test/unit/client/telemetry.test.ts'],
  oauth: [
    'test/unit/client/dpop.test.ts',
    'test/unit/client/jwt-issuer.test.ts',
    'test/unit/client/on-behalf-of.test.ts',
    'test/unit/client/token-refusals.test.ts',
    'test/unit/client/tokens.test.ts',
    'test/unit/strategies/jwt/discovery.test.ts',
    'test/unit/strategies/jwt/discovery-mistakes.test.ts',
    'test/unit/strategies/jwt/provider-documents.test.ts',
    'test/unit/strategies/oauth2-introspection/client-credentials.test.ts',
    'test/unit/strategies/oauth2-introspection/config.test.ts',
    'test/unit/strategies/oauth2-introspection/endpoint.test.ts',
  ],
  outgoing: [
    'test/unit/client',
    'test/unit/strategies/jwt/key-outage.test.ts',
    'test/unit/strategies/jwt/key-rotation.test.ts',
    'test/unit/strategies/jwt/outgoing-defaults.test.ts',
    'test/unit/strategies/jwt/remote-keys.test.ts',
    'test/unit/strategies/oauth2-introspection/authenticator.test.ts',
    'test/unit/strategies/oauth2-introspection/endpoint.test.ts',
  ],
  plan: ['test/unit/requirements', 'test/properties/plans.test.ts'],
  requirements: ['test/unit/plan', 'test/unit/access-control/load-rules.test.ts'],
  'shared-state': [
    'test/unit/health',
    'test/unit/observe/authenticator-metrics.test.ts',
    'test/unit/strategies/binding/dpop/slow-state.test.ts',
    'test/unit/strategies/basic/shared-limiter.test.ts',
  ],
  'strategies/api-key': ['test/contract/api-key.test.ts', 'test/unit/cli/create-api-key.test.ts'],
  'strategies/basic': ['test/contract/basic-file.test.ts', 'test/contract/basic-ldap.test.ts'],
  'strategies/binding': ['test/unit/strategies/jwt/certificate-binding.test.ts', 'test/unit/strategies/oauth2-introspection/judge.test.ts'],
  'strategies/claims': [
    'test/unit/strategies/jwt',
    'test/unit/strategies/oauth2-introspection',
    'test/contract/jwt.test.ts',
    'test/contract/oauth2-introspection.test.ts',
  ],
  'strategies/jws': ['test/unit/strategies/jwt', 'test/unit/strategies/binding'],
  'strategies/jwt': ['test/contract/jwt.test.ts', 'test/unit/strategies/claims/token-kind.test.ts'],
  'strategies/mutual-tls': ['test/contract/mutual-tls.test.ts'],
  'strategies/oauth2-introspection': ['test/contract/oauth2-introspection.test.ts'],
  tls: ['test/unit/outgoing/client-config.test.ts', 'test/unit/outgoing/outgoing-client-tls.test.ts', 'test/e2e/tls-files.test.ts'],
  transport: ['test/e2e/failed-boot.test.ts', 'test/e2e/transports-boot.test.ts', 'test/e2e/transports-early.test.ts'],
  'transport/http': [
    'test/unit/transport/auth.guard.test.ts',
    'test/e2e/current-principal.test.ts',
    'test/e2e/protected-mounts.test.ts',
    'test/e2e/resource-metadata.test.ts',
  ],
  'transport/rpc': ['test/e2e/rpc-tcp.test.ts', 'test/e2e/transports-boot.test.ts', 'test/security/rpc.test.ts'],
  'transport/web-socket': [
    'test/e2e/web-socket-handshake.test.ts',
    'test/e2e/web-socket-other-servers.test.ts',
    'test/security/web-socket.test.ts',
    'test/security/web-socket-first-message.test.ts',
  ],
};

/** The folders and files with the tests of a room, its own first. @param {string} root @param {string} room */
export function testsOf(root, room) {
  const own = `test/unit/${room}`;
  return [...(existsSync(join(root, own)) ? [own] : []), ...(BESIDE_ITS_OWN[room] ?? [])];
}
