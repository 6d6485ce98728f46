import { loadSettings, type Settings } from '../../../../../sample/order-management/settings.js';
import { environmentOf, localSecretFiles, mountedFilesOf, ofKind, readObjects } from '../../../../support/deployment/manifests.js';
import type { Deployment } from '../../../../support/deployment/objects.js';
import { serviceNames } from '../../../../support/deployment/services.js';

/** The services of the sample, and what the base of its manifests has for each of them. */
export const SERVICES = serviceNames();
export const base = readObjects('base');
export const deployments = ofKind(base, 'Deployment');

/** The object of this name. */
export const named = <T extends { metadata: { name: string } }>(objects: readonly T[], name: string): T => {
  const found = objects.find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`There is no ${name}`);
  return found;
};

export const deploymentOf = (service: string): Deployment => named(deployments, service);
export const podOf = (service: string) => deploymentOf(service).spec.template.spec;
/** The settings that a service reads from the environment of its pod. */
export const settingsOf = (service: string): Promise<Settings> =>
  loadSettings({ ...environmentOf(deploymentOf(service)), ISSUE_CERTIFICATES: 'no', GATEWAY_SECRET_FILE: undefined });

/** The keys of a secret of the overlay `local`. */
export const localKeysOf = (secret: string) => [...(localSecretFiles().get(secret)?.keys() ?? [])];
/** The files that a deployment mounts. */
export const mountedBy = (deployment: Deployment) => mountedFilesOf(deployment, localKeysOf);
