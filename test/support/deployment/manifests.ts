import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { CertificateRequest, Container, Deployment, KubernetesObject, Kustomization, NetworkPolicy, Service } from './objects.js';

/** Where the manifests of the order management sample are. */
export const DEPLOY = 'sample/order-management/deploy';

/** The kinds that tests look into. */
interface Kinds {
  readonly Deployment: Deployment;
  readonly Service: Service;
  readonly NetworkPolicy: NetworkPolicy;
  readonly Certificate: CertificateRequest;
  readonly PersistentVolumeClaim: KubernetesObject;
}

/** A file that a pod is given. */
export interface MountedFile {
  /** Its path in the container. */
  readonly path: string;
  readonly secret: string;
  /** What it is called in the secret. */
  readonly key: string;
}

/** Reads a folder's kustomization. */
export function readKustomization(folder: string): Kustomization {
  return readDocuments(join(folder, 'kustomization.yaml'))[0] as Kustomization;
}

/** Reads every object that a kustomization names, those of other folders excepted. */
export function readObjects(folder: string): KubernetesObject[] {
  const files = readKustomization(folder).resources.filter((file) => file.endsWith('.yaml'));
  return files.flatMap((file) => readDocuments(join(folder, file)) as KubernetesObject[]);
}

/** The YAML files in a folder, without its kustomization. */
export function filesIn(folder: string): string[] {
  return readdirSync(join(DEPLOY, folder)).filter((file) => file.endsWith('.yaml') && file !== 'kustomization.yaml');
}

/** The objects of one kind. */
export function ofKind<K extends keyof Kinds>(objects: readonly KubernetesObject[], kind: K): Kinds[K][] {
  return objects.filter((each): each is Kinds[K] => each.kind === kind);
}

/** The only container of a deployment. */
export function containerOf({ metadata, spec }: Deployment): Container {
  const [container, ...others] = spec.template.spec.containers;
  if (container === undefined || others.length > 0) throw new Error(`${metadata.name} should have one container`);
  return container;
}

/** The environment of a deployment's container. */
export function environmentOf(deployment: Deployment): Record<string, string> {
  return Object.fromEntries(containerOf(deployment).env.map(({ name, value }) => [name, value]));
}

/** The files that a deployment mounts out of secrets. A secret that is mounted as a whole has the keys that `keysOf` tells. */
export function mountedFilesOf(deployment: Deployment, keysOf: (secret: string) => readonly string[]): MountedFile[] {
  return containerOf(deployment).volumeMounts.flatMap(({ name, mountPath }) => {
    const volume = deployment.spec.template.spec.volumes.find((each) => each.name === name);
    const projected = (volume?.projected?.sources ?? []).map(({ secret }) => ({ secret: secret.name, items: secret.items }));
    const own = volume?.secret === undefined ? [] : [{ secret: volume.secret.secretName, items: volume.secret.items }];
    return [...projected, ...own].flatMap(({ secret, items }) => {
      const all = items ?? keysOf(secret).map((key) => ({ key, path: key }));
      return all.map(({ key, path }) => ({ path: join(mountPath, path), secret, key }));
    });
  });
}

/** Which file each key of a secret of the overlay `local` is made of. */
export function localSecretFiles(): Map<string, Map<string, string>> {
  const generated = readKustomization('overlays/local').secretGenerator ?? [];
  return new Map(generated.map(({ name, files }) => [name, new Map(files.map((file) => file.split('=') as [string, string]))]));
}

/** Reads YAML as Kubernetes does: 0440 is octal there. */
function readDocuments(file: string): unknown[] {
  return parseAllDocuments(readFileSync(join(DEPLOY, file), 'utf8'), { version: '1.1' }).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    return document.toJS();
  });
}
