import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkCommonJs } from './commonjs-project.js';
import { checkModules } from './module-project.js';
import { reportMissing } from './obtain.js';
import { packTarball } from './pack.js';
import { checkPackedNames } from './packed-names.js';
import { checkPackedParts } from './packed-parts.js';
import { checkPnpm } from './pnpm-project.js';
import { checkTransports } from './transports-project.js';

/**
 * Installs the packed tarball into new projects of each kind, compiles them, has them protect a route, and runs their tests: Nest 11 and 12,
 * CommonJS and ES modules, each test runner, several versions of TypeScript and Node.js, npm and pnpm. Then an application with every transport on
 * both versions of Nest.
 */

const root = join(import.meta.dirname, '../..');
const workspace = mkdtempSync(join(tmpdir(), 'nest-service-auth-package-'));

try {
  const tarball = packTarball(root, workspace);
  await checkPackedNames(root);
  await checkPackedParts(root);
  const results = await Promise.allSettled([
    checkCommonJs(root, workspace, tarball).then(() => checkTransports(root, workspace, tarball, 11)),
    checkModules(root, workspace, tarball)
      .then(() => checkPnpm(root, workspace, tarball))
      .then(() => checkTransports(root, workspace, tarball, 12)),
  ]);
  for (const result of results) {
    if (result.status === 'fulfilled') continue;
    console.error(result.reason instanceof Error ? result.reason.message : result.reason);
    process.exitCode = 1;
  }
  reportMissing();
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
