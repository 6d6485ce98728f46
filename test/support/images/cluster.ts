import { randomInt } from 'node:crypto';
import { chmod, chown, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificates } from '../../../sample/order-management/certificates.js';
import { localSecrets } from '../../../sample/order-management/deploy/local-secrets.js';
import { containerOf, environmentOf } from '../deployment/manifests.js';
import { deploymentOf, layOutMounts } from '../deployment/mounts.js';
import type { Deployment } from '../deployment/objects.js';
import type { Buildah, ImageConfig } from './buildah.js';
import { type ContainerOptions, type Mount, RunningContainer } from './container.js';

/** Those that others need come first. */
export const SERVICES = ['sts', 'inventory-service', 'order-service', 'api-gateway'] as const;

/** The name of a service: in the cluster, its host name too. */
export type ServiceName = (typeof SERVICES)[number];

/** A service in a container of its image. */
export interface Pod {
  readonly config: ImageConfig;
  readonly options: ContainerOptions;
  readonly container: RunningContainer;
}

/** The images in containers, each at a loopback address of its own, with the names, ports, files and variables of the cluster. */
export class Cluster {
  readonly pods = new Map<ServiceName, Pod>();
  /** Two bytes at random: several clusters can run beside each other. */
  private readonly network = `127.${randomInt(1, 255)}.${randomInt(1, 255)}`;

  private constructor(
    private readonly buildah: Buildah,
    private readonly folder: string,
    readonly certificates: Certificates,
  ) {}

  /** Builds the images and starts a container of each. */
  static async start(buildah: Buildah): Promise<Cluster> {
    const folder = await mkdtemp(join(tmpdir(), 'cluster-'));
    const cluster = new Cluster(buildah, folder, await localSecrets(join(folder, '.certificates')));
    await writeFile(join(folder, 'hosts'), SERVICES.map((name) => `${cluster.addressOf(name)} ${name}\n`).join(''));
    await buildah.makeBase();
    for (const name of SERVICES) cluster.pods.set(name, await cluster.startPod(name));
    return cluster;
  }

  /** The address of a service, by its name in the cluster. */
  addressOf(name: string): string {
    return `${this.network}.${SERVICES.indexOf(name as ServiceName) + 1}`;
  }

  /** A service. */
  pod(name: ServiceName): Pod {
    const pod = this.pods.get(name);
    if (pod === undefined) throw new Error(`${name} does not run`);
    return pod;
  }

  /** Runs another command in a second container of the image of a service. @returns its exit code and what it printed. */
  async execute(name: ServiceName, command: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const { options } = this.pod(name);
    const container = RunningContainer.start({ ...options, env: { ...options.env, ...env }, command });
    return { exitCode: await container.exitCode(), output: container.output };
  }

  /** Stops everything. @returns the exit codes of the services, in the order in which they started. */
  async stop(): Promise<(number | null)[]> {
    const exitCodes: (number | null)[] = [];
    for (const { container } of [...this.pods.values()].reverse()) exitCodes.unshift(await container.stop());
    return exitCodes;
  }

  /** Removes its files. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async startPod(name: ServiceName): Promise<Pod> {
    const image = await this.buildah.build(name);
    const config = await this.buildah.inspect(image);
    const deployment = deploymentOf(name);
    const env: Record<string, string> = { ...environmentOf(deployment), LISTEN_HOST: this.addressOf(name) };
    const options = { root: await this.buildah.mount(image), config, mounts: await this.mountsOf(name, deployment), env };
    const container = RunningContainer.start(options);
    await untilReady(container, `http://${this.addressOf(name)}:${env.HEALTH_PORT}/health/ready`);
    return { config, options, container };
  }

  private async mountsOf(name: string, deployment: Deployment): Promise<Mount[]> {
    const root = join(this.folder, name);
    await layOutMounts(deployment, root, this.folder);
    const mounts = containerOf(deployment).volumeMounts.map(({ mountPath, readOnly = false }) => {
      return { source: join(root, mountPath), target: mountPath, readOnly };
    });
    const { fsGroup } = deployment.spec.template.spec.securityContext as { fsGroup: number };
    for (const { source, readOnly } of mounts) await giveToGroup(source, fsGroup, readOnly);
    return [...mounts, { source: join(this.folder, 'hosts'), target: '/etc/hosts', readOnly: true }];
  }
}

/** As Kubernetes does for `fsGroup`: secrets are 0440, the folders of other volumes are writable for the group. */
async function giveToGroup(folder: string, group: number, readOnly: boolean): Promise<void> {
  await chown(folder, 0, group);
  await chmod(folder, readOnly ? 0o750 : 0o770);
  for (const file of await readdir(folder)) {
    await chown(join(folder, file), 0, group);
    await chmod(join(folder, file), 0o440);
  }
}

/** Waits as a startup probe does, for thirty seconds. */
async function untilReady(container: RunningContainer, url: string): Promise<void> {
  for (let attempt = 0; attempt < 120 && container.isRunning; attempt++) {
    const ready = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return;
    await sleep(250);
  }
  const end = container.isRunning ? 'is not ready' : 'has ended';
  throw new Error(`The container of ${url} ${end}:\n${container.output}`);
}
