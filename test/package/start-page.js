import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Project } from './project.js';

const SECRET = 'a-secret-of-this-machine-with-32-characters-or-more';

/** As `nest new` makes it, of Nest 11 and of Nest 12. */
const COMPILER_OPTIONS = {
  module: 'nodenext',
  moduleResolution: 'nodenext',
  resolvePackageJsonExports: true,
  esModuleInterop: true,
  isolatedModules: true,
  declaration: true,
  removeComments: true,
  emitDecoratorMetadata: true,
  experimentalDecorators: true,
  allowSyntheticDefaultImports: true,
  target: 'ES2023',
  sourceMap: true,
  skipLibCheck: true,
  strict: true,
  strictPropertyInitialization: false,
};

/** The application of the page listens on all interfaces, as Nest's own does; here it listens on the loopback interface, and prints its port. */
const ON_LOOPBACK = `
  import { Server } from 'node:net';
  const { listen } = Server.prototype;
  Server.prototype.listen = function (port, ...rest) {
    this.once('listening', () => console.log('port=' + this.address().port + ';'));
    return listen.call(this, { port: Number(port), host: '127.0.0.1' }, rest.at(-1));
  };`;

/** The packages that the page needs beyond those of the other checks. @param {11 | 12} nest */
export function packagesOfStartPage(nest) {
  return { '@nestjs/swagger': `^${nest}.0.0`, '@types/supertest': '^7.0.0', supertest: '^7.0.0' };
}

/**
 * Writes the files of docs/start.md into a folder of an installed project, as a reader would; compiles them, runs the page's two tests by `test`,
 * starts the application, and calls it as the page does.
 *
 * @param {string} root
 * @param {Project} parent
 * @param {{ readonly type: 'module' | 'commonjs', readonly types: readonly string[], readonly test: (project: Project) => Promise<void> }} how
 */
export async function checkStartPage(root, parent, { type, types, test }) {
  const project = new Project(parent.path('start'), `${parent.name}, docs/start.md`);
  project.write('package.json', { name: 'orders', private: true, type });
  const compilerOptions = { ...COMPILER_OPTIONS, types: ['node', ...types] };
  project.write('tsconfig.json', { compilerOptions, include: ['src', 'test'] });
  project.write('tsconfig.build.json', {
    extends: './tsconfig.json',
    compilerOptions: { rootDir: 'src', outDir: 'dist' },
    include: ['src'],
    exclude: ['**/*spec.ts'],
  });
  for (const { file, text } of filesOfStartPage(root)) {
    // Nest 11 writes no extension, and its Jest finds no ./x.js for ./x.ts: the page says so.
    project.write(file, type === 'module' ? text : text.replace(/'(\.\.?\/.*)\.js'/g, "'$1'"));
  }
  const tsc = parent.path('node_modules/typescript/bin/tsc');
  await project.node([tsc, '-p', '.', '--noEmit']);
  await project.node([tsc, '-p', 'tsconfig.build.json']);
  project.passed('compiles');
  await test(project);
  await callApplication(project);
}

/** The blocks that begin with the name of their file. @param {string} root */
function filesOfStartPage(root) {
  const page = readFileSync(join(root, 'docs/start.md'), 'utf8');
  const files = [...page.matchAll(/```\w+\n(\/\/ (\S+)\n[\s\S]*?)```/g)].map(([, text = '', file = '']) => ({ file, text }));
  if (files.length < 6) throw new Error(`docs/start.md has ${files.length} files, and should have 6`);
  return files;
}

/** @param {Project} project */
async function callApplication(project) {
  const url = new URL(`data:text/javascript,${encodeURIComponent(ON_LOOPBACK)}`).href;
  const env = { ...process.env, NODE_OPTIONS: '', JWT_SECRET: SECRET, PORT: '0' };
  const application = spawn(process.execPath, ['--import', url, 'dist/main.js'], { cwd: project.directory, env });
  try {
    const port = await portOf(application);
    const get = (/** @type {string} */ path, init = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);
    const as = async (/** @type {readonly string[]} */ caller, method = 'GET') => {
      const token = await project.node(['token.mjs', ...caller], { env: { JWT_SECRET: SECRET } });
      return (await get('/orders', { method, headers: { authorization: `Bearer ${token.trim()}` } })).status;
    };
    expectSame('the calls', [
      [(await get('/orders')).status, 401],
      [await as(['alice']), 200],
      [await as(['alice'], 'POST'), 403],
      [await as(['alice', 'add_order'], 'POST'), 201],
      [(await get('/orders/prices')).status, 200],
      [(await get('/docs')).status, 200],
    ]);
    project.passed('protects its routes');
    const document = await (await get('/docs-json')).json();
    const [list, prices] = [document.paths['/orders'].get, document.paths['/orders/prices'].get];
    expectSame('the document', [
      [document.components.securitySchemes.sts.scheme, 'bearer'],
      [JSON.stringify(list.security), '[{"sts":[]}]'],
      [JSON.stringify(prices.security), '[]'],
    ]);
    project.passed('describes them in OpenAPI');
  } finally {
    application.kill();
  }
}

/** @param {import('node:child_process').ChildProcessWithoutNullStreams} application @returns {Promise<string>} */
function portOf(application) {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (/** @type {Buffer} */ chunk) => {
      printed += chunk;
      const port = /port=(\d+);/.exec(printed)?.[1];
      if (port !== undefined) resolve(port);
    };
    application.stdout.on('data', read);
    application.stderr.on('data', read);
    application.once('exit', () => reject(new Error(`The application of docs/start.md did not start:\n${printed}`)));
  });
}

/** @param {string} what @param {readonly (readonly [unknown, unknown])[]} pairs */
function expectSame(what, pairs) {
  const wrong = pairs.findIndex(([actual, expected]) => actual !== expected);
  if (wrong >= 0) throw new Error(`docs/start.md, ${what}, number ${wrong + 1}: ${pairs[wrong]?.join(' instead of ')}`);
}
