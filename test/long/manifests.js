import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../manifests');

/** Checks the manifests of the order management sample with the schemas of Kubernetes. */
export const manifests = {
  words: 'checks the manifests of the order management sample with the schemas of Kubernetes',

  async run() {
    if (!existsSync(join(folder, 'node_modules'))) {
      const args = ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel', 'error'];
      if (spawnSync('npm', args, { cwd: folder, stdio: 'inherit' }).status !== 0) throw new Error('The schemas could not be installed.');
    }
    const { checkManifests } = await import('../manifests/check.js');
    const problems = await checkManifests();
    for (const problem of problems) console.error(`✗ ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  },
};
