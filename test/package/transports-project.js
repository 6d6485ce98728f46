import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { TSCONFIG } from './application.js';
import { withBrokers } from './brokers.js';
import { Project } from './project.js';

/** The packages of each version that are not Nest's own. */
const PACKAGES = {
  11: { ...graphql('^13.0.0'), nats: '^2.29.0' },
  12: { ...graphql('^14.0.0'), '@nats-io/transport-node': '^3.4.0' },
};

const WITH_CORE = ['common', 'core', 'platform-express', 'platform-fastify'];
const BESIDE = ['microservices', 'platform-socket.io', 'platform-ws', 'websockets'];

/** @param {string} version */
function graphql(version) {
  return Object.fromEntries(['graphql', 'apollo', 'mercurius'].map((name) => [`@nestjs/${name}`, version]));
}

/**
 * Applications with every transport, and real clients of each: the same table of promises on Nest 11 and 12.
 *
 * @param {string} root @param {string} workspace @param {string} tarball @param {11 | 12} nest
 */
export async function checkTransports(root, workspace, tarball, nest) {
  const project = new Project(join(workspace, `transports-${nest}`), `Nest ${nest}, every transport`);
  cpSync(join(import.meta.dirname, 'transports'), project.path('src'), { recursive: true });
  project.write('package.json', manifest(nest, tarball));
  await project.run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel', 'error']);
  project.write('tsconfig.json', TSCONFIG);
  await project.node([join(root, 'node_modules/typescript/bin/tsc'), '-p', '.']);
  await withBrokers(project.path('brokers'), async (urls) => {
    await project.node(['dist/main.js', String(nest), ...urls]);
    const brokers = urls.map((url) => url.slice(0, url.indexOf('=')));
    project.passed(['HTTP', 'GraphQL', 'ws', 'socket.io', 'gRPC', 'TCP', ...brokers].join(', '));
  });
}

/** @param {11 | 12} nest @param {string} tarball */
function manifest(nest, tarball) {
  return {
    name: 'every-transport',
    private: true,
    type: 'module',
    dependencies: {
      ...Object.fromEntries(WITH_CORE.map((name) => [`@nestjs/${name}`, `^${nest}.2.0`])),
      ...Object.fromEntries(BESIDE.map((name) => [`@nestjs/${name}`, `^${nest}.0.0`])),
      ...PACKAGES[nest],
      '@apollo/server': '^5.0.0',
      '@apollo/subgraph': '2.14.4',
      '@as-integrations/express5': '^1.1.0',
      '@as-integrations/fastify': '^3.0.0',
      '@grpc/grpc-js': '^1.14.0',
      '@grpc/proto-loader': '^0.8.0',
      '@mercuriusjs/federation': '^5.0.0',
      '@types/node': '^20.0.0',
      '@types/ws': '^8.18.0',
      'amqp-connection-manager': '^5.0.0',
      amqplib: '^0.10.0',
      graphql: '^16.11.0',
      'graphql-ws': '^6.0.0',
      ioredis: '^5.0.0',
      mercurius: '^16.0.0',
      mqtt: '^5.0.0',
      'nest-service-auth': `file:${tarball}`,
      'reflect-metadata': '^0.2.0',
      rxjs: '^7.8.0',
      'socket.io-client': '^4.8.0',
      ws: '^8.18.0',
    },
  };
}
