import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { TSCONFIG } from './application.js';
import { leaveOut } from './obtain.js';
import { Project } from './project.js';

/** The packages of each version that are not Nest's own. */
const PACKAGES = {
  11: { '@nestjs/graphql': '^13.0.0', '@nestjs/apollo': '^13.0.0', nats: '^2.29.0' },
  12: { '@nestjs/graphql': '^14.0.0', '@nestjs/apollo': '^14.0.0', '@nats-io/transport-node': '^3.4.0' },
};

const NEST = ['microservices', 'platform-socket.io', 'platform-ws', 'websockets'];

/**
 * One application with every transport, and real clients of each: the same table of promises on Nest 11 and 12.
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
  await withNats(async (url) => {
    await project.node(['dist/main.js', String(nest), ...(url === undefined ? [] : [url])]);
    project.passed(`HTTP, GraphQL, ws, socket.io, gRPC, TCP${url === undefined ? '' : ', NATS'}`);
  });
}

/** @param {11 | 12} nest @param {string} tarball */
function manifest(nest, tarball) {
  const range = `^${nest}.2.0`;
  return {
    name: 'every-transport',
    private: true,
    type: 'module',
    dependencies: {
      '@nestjs/common': range,
      '@nestjs/core': range,
      '@nestjs/platform-express': range,
      ...Object.fromEntries(NEST.map((name) => [`@nestjs/${name}`, `^${nest}.0.0`])),
      ...PACKAGES[nest],
      '@apollo/server': '^5.0.0',
      '@as-integrations/express5': '^1.1.0',
      '@grpc/grpc-js': '^1.14.0',
      '@grpc/proto-loader': '^0.8.0',
      '@types/node': '^20.0.0',
      '@types/ws': '^8.18.0',
      graphql: '^16.11.0',
      'graphql-ws': '^6.0.0',
      ioredis: '^5.0.0',
      'nest-service-auth': `file:${tarball}`,
      'reflect-metadata': '^0.2.0',
      rxjs: '^7.8.0',
      'socket.io-client': '^4.8.0',
      ws: '^8.18.0',
    },
  };
}

/** Gives the URL of a server of NATS on loopback; undefined where none is installed, which is reported. @param {(url: string | undefined) => Promise<void>} use */
async function withNats(use) {
  const program = findNats();
  if (program === undefined) {
    leaveOut('messages over NATS: nats-server is not on the PATH');
    return use(undefined);
  }
  const port = await freePort();
  const child = spawn(program, ['-a', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  try {
    await listening(port);
    await use(`nats://127.0.0.1:${port}`);
  } finally {
    child.kill();
  }
}

function findNats() {
  const directories = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return directories.map((directory) => join(directory, 'nats-server')).find((path) => existsSync(path));
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @param {number} port */
async function listening(port) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('nats-server did not start');
}
