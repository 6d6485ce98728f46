import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { containerOf, localSecretFiles, mountedFilesOf, ofKind, readObjects } from './manifests.js';
import type { Deployment } from './objects.js';

/** The deployment of a service in `base`. */
export function deploymentOf(name: string): Deployment {
  const deployment = ofKind(readObjects('base'), 'Deployment').find(({ metadata }) => metadata.name === name);
  if (deployment === undefined) throw new Error(`There is no deployment of ${name}`);
  return deployment;
}

/**
 * Makes in `root`, in the place of the root of a container's file system, what a deployment mounts: a folder for each mount, and in it the
 * files of the secrets of the overlay `local`, which are in `secrets`.
 */
export async function layOutMounts(deployment: Deployment, root: string, secrets: string): Promise<void> {
  for (const { mountPath } of containerOf(deployment).volumeMounts) await mkdir(join(root, mountPath), { recursive: true });
  const generated = localSecretFiles();
  for (const { path, secret, key } of mountedFilesOf(deployment, (each) => [...(generated.get(each)?.keys() ?? [])])) {
    const source = generated.get(secret)?.get(key);
    if (source === undefined) throw new Error(`${secret} has no ${key}`);
    await mkdir(dirname(join(root, path)), { recursive: true });
    await copyFile(join(secrets, source), join(root, path));
  }
}
