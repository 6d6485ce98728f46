import { join } from 'node:path';
import type { Settings } from '../../../../../sample/order-management/settings.js';
import { HealthController } from '../../../../../sample/support/process/health/health.controller.js';
import { environmentOf as imageEnvironmentOf, lineOf, readStages, textsOf } from '../../../../support/deployment/dockerfile.js';
import { containerOf, environmentOf, filesIn, ofKind, readKustomization, readObjects } from '../../../../support/deployment/manifests.js';
import { closureOf, environmentReads, mainOf } from '../../../../support/deployment/services.js';
import { base, deploymentOf, deployments, mountedBy, named, podOf, SERVICES, settingsOf } from './base.js';

const OVERLAYS = ['overlays/local', 'overlays/cert-manager'];
const PORTS: Readonly<Record<string, keyof Settings>> = {
  sts: 'stsPort',
  'inventory-service': 'inventoryPort',
  'order-service': 'orderPort',
  'api-gateway': 'gatewayPort',
};
const stages = readStages();

describe('the kustomizations', () => {
  it.each(['base', ...OVERLAYS])('%s names every file of its folder', (folder) => {
    const named = readKustomization(folder).resources.filter((file) => file.endsWith('.yaml'));
    expect([...named].sort()).toEqual(filesIn(folder).sort());
  });

  it('deploy every service of the sample', () => {
    expect(deployments.map(({ metadata }) => metadata.name).sort()).toEqual([...SERVICES].sort());
    expect(
      ofKind(base, 'Service')
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual([...SERVICES].sort());
  });

  it.each(OVERLAYS)('%s gives a tag to every image, and builds on the base', (folder) => {
    const { resources, images = [] } = readKustomization(folder);
    expect(resources).toContain('../../base');
    expect(images.map(({ name }) => name).sort()).toEqual(deployments.map((each) => containerOf(each).image).sort());
    expect(images.filter(({ newTag }) => newTag === '' || newTag === 'latest')).toEqual([]);
  });

  it('have no secret written out', () => {
    expect([...base, ...readObjects('overlays/cert-manager')].filter(({ kind }) => kind === 'Secret')).toEqual([]);
    const texts = deployments.flatMap((each) => Object.entries(environmentOf(each)).filter(([name]) => !name.endsWith('_FILE')));
    expect(texts.filter(([name]) => /SECRET|PASSWORD|TOKEN/.test(name))).toEqual([]);
  });
});

describe.each(SERVICES)('the deployment of %s', (service) => {
  const deployment = deploymentOf(service);
  const container = containerOf(deployment);

  it('runs the image that the Dockerfile has a target for, as it is', () => {
    expect(container.image).toBe(`order-management/${service}`);
    expect(lineOf(stages, service)).not.toEqual([]);
    expect([container.command, container.args]).toEqual([undefined, undefined]);
  });

  it('sets only variables that the code reads', () => {
    const { files } = closureOf(mainOf(service));
    const names = Object.keys(environmentOf(deployment));
    expect(names).toContain('CERTIFICATES');
    expect(names.filter((name) => !environmentReads(files).has(name))).toEqual([]);
  });

  it('says the same as the image about what both say', () => {
    const { NODE_ENV: _, ...image } = imageEnvironmentOf(lineOf(stages, service));
    expect(environmentOf(deployment)).toMatchObject(image);
  });

  it('has the port that the code listens on, and its service has too', async () => {
    const port = (await settingsOf(service))[PORTS[service]!];
    const ports = Object.fromEntries(container.ports.map(({ name, containerPort }) => [name, containerPort]));
    const { HEALTH_PORT, METRICS_PORT } = environmentOf(deployment);
    expect(ports).toEqual({ https: port, health: Number(HEALTH_PORT), metrics: Number(METRICS_PORT) });
    expect(named(ofKind(base, 'Service'), service).spec.ports).toEqual([{ name: 'https', port, targetPort: 'https' }]);
    expect(textsOf(lineOf(stages, service), 'EXPOSE')).toEqual([String(port)]);
  });

  it('is what its service selects', () => {
    const { spec } = named(ofKind(base, 'Service'), service);
    expect(spec.type).toBeUndefined();
    expect(deployment.spec.template.metadata.labels).toMatchObject(spec.selector);
    expect(deployment.spec.template.metadata.labels).toMatchObject(deployment.spec.selector.matchLabels);
    expect(SERVICES.filter((other) => deploymentOf(other).spec.template.metadata.labels['app.kubernetes.io/name'] === service)).toEqual([
      service,
    ]);
  });

  it('may do nothing that it need not', () => {
    const [user, group] = textsOf(lineOf(stages, service), 'USER').at(-1)!.split(':').map(Number);
    expect(podOf(service).securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: group,
      fsGroup: group,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(podOf(service).automountServiceAccountToken).toBe(false);
  });

  it('has no variables that Kubernetes makes of service names: STS_PORT would not be a port', () => {
    expect(podOf(service).enableServiceLinks).toBe(false);
  });

  it('is asked for its health where the code answers', () => {
    const prefix: string = Reflect.getMetadata('path', HealthController);
    const paths = ['live', 'ready'] as const;
    const [live, ready] = paths.map((name) => `/${prefix}/${Reflect.getMetadata('path', HealthController.prototype[name])}`);
    const { startupProbe, livenessProbe, readinessProbe } = container;
    expect([startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet)).toEqual(
      [live, live, ready].map((path) => ({ path, port: 'health' })),
    );
  });

  it('tells Prometheus where its metrics are', () => {
    const { METRICS_PORT } = environmentOf(deployment);
    expect(METRICS_PORT).toBe('9464');
    expect(deployment.spec.template.metadata.annotations).toEqual({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': METRICS_PORT });
  });

  it('says what it needs, and what is too much', () => {
    expect(Object.keys(container.resources.requests)).toEqual(['cpu', 'memory']);
    expect(Object.keys(container.resources.limits)).toContain('memory');
  });

  it('mounts every file that its variables name, read-only', () => {
    const { CERTIFICATES = '', GATEWAY_SECRET_FILE } = environmentOf(deployment);
    const paths = mountedBy(deployment).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining([`${service}.crt`, `${service}.key`].map((file) => join(CERTIFICATES, file))));
    if (GATEWAY_SECRET_FILE !== undefined) expect(paths).toContain(GATEWAY_SECRET_FILE);
    const writable = container.volumeMounts.filter(({ readOnly }) => readOnly !== true).map(({ name }) => name);
    expect(writable).toEqual(service === 'sts' ? ['keys'] : []);
  });

  it('is given no private key but its own, which no other pod can read', () => {
    const keys = mountedBy(deployment).filter(({ key }) => key === 'tls.key');
    expect(keys.map(({ secret }) => secret)).toEqual([`${service}-tls`]);
    const modes = podOf(service).volumes.flatMap(({ projected, secret }) => [projected, secret].flatMap((each) => each?.defaultMode ?? []));
    expect(modes.length).toBeGreaterThan(0);
    expect(modes.filter((mode) => mode !== 0o440)).toEqual([]);
  });
});

describe('the STS', () => {
  it('keeps its keys on a volume that outlives the pod', () => {
    const volume = podOf('sts').volumes.find(({ name }) => name === 'keys');
    expect(ofKind(base, 'PersistentVolumeClaim').map(({ metadata }) => metadata.name)).toEqual([volume?.persistentVolumeClaim?.claimName]);
    expect(environmentOf(deploymentOf('sts')).STS_KEYS_FILE).toMatch(/^\/keys\//);
  });

  it('and the gateway share the secret of the gateway', () => {
    const secretOf = (service: string) => {
      const { GATEWAY_SECRET_FILE } = environmentOf(deploymentOf(service));
      return mountedBy(deploymentOf(service)).find(({ path }) => path === GATEWAY_SECRET_FILE)?.secret;
    };
    expect(secretOf('sts')).toBe('api-gateway-client');
    expect(SERVICES.filter((service) => secretOf(service) === 'api-gateway-client')).toEqual(['api-gateway', 'sts']);
  });
});

describe('services that keep what they know in memory', () => {
  it.each(['sts', 'inventory-service', 'order-service'])('run once at any time: %s', (service) => {
    const { replicas, strategy } = deploymentOf(service).spec;
    expect({ replicas, strategy }).toEqual({ replicas: 1, strategy: { type: 'Recreate' } });
  });
});
