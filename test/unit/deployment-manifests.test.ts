import { join } from 'node:path';
import { loadSettings, type Settings } from '../../sample/order-management/settings.js';
import { HealthController } from '../../sample/support/process/health/health.controller.js';
import { environmentOf as imageEnvironmentOf, lineOf, readStages, textsOf } from '../support/deployment/dockerfile.js';
import {
  containerOf,
  environmentOf,
  filesIn,
  localSecretFiles,
  mountedFilesOf,
  ofKind,
  readKustomization,
  readObjects,
} from '../support/deployment/manifests.js';
import type { Deployment, NetworkPolicy, Peer, PolicyPort } from '../support/deployment/objects.js';
import { closureOf, environmentReads, mainOf, serviceNames } from '../support/deployment/services.js';

const SERVICES = serviceNames();
const OVERLAYS = ['overlays/local', 'overlays/cert-manager'];
const PORTS: Readonly<Record<string, keyof Settings>> = {
  sts: 'stsPort',
  'inventory-service': 'inventoryPort',
  'order-service': 'orderPort',
  'api-gateway': 'gatewayPort',
};
/** Where one service learns the address of another. */
const ADDRESSES: Readonly<Record<string, keyof Settings>> = { STS_URL: 'stsUrl', INVENTORY_URL: 'inventoryUrl', ORDER_URL: 'orderUrl' };
/** The arrows of the picture, with the ports that they end at. */
const ARROWS = [
  'api-gateway -> order-service:9090',
  'api-gateway -> sts:9445',
  'order-service -> inventory-service:9091',
  'order-service -> sts:9445',
];

const base = readObjects('base');
const deployments = ofKind(base, 'Deployment');
const policies = ofKind(base, 'NetworkPolicy');
const stages = readStages();
const named = <T extends { metadata: { name: string } }>(objects: readonly T[], name: string): T => {
  const found = objects.find(({ metadata }) => metadata.name === name);
  if (found === undefined) throw new Error(`There is no ${name}`);
  return found;
};
const deploymentOf = (service: string): Deployment => named(deployments, service);
const podOf = (service: string) => deploymentOf(service).spec.template.spec;
const settingsOf = (service: string) =>
  loadSettings({ ...environmentOf(deploymentOf(service)), ISSUE_CERTIFICATES: 'no', GATEWAY_SECRET_FILE: undefined });
const localKeysOf = (secret: string) => [...(localSecretFiles().get(secret)?.keys() ?? [])];

/** Whether this side of a rule means the pods of a service. */
const isService = ({ podSelector, namespaceSelector }: Peer, service: string) =>
  namespaceSelector === undefined && podSelector?.matchLabels?.['app.kubernetes.io/name'] === service;
const policyOf = (service: string): NetworkPolicy => named(policies, service);
const forEveryPod = policies.filter(({ spec }) => spec.podSelector.matchLabels === undefined);
const portsOut = (from: string, to: string): number[] =>
  portsOf((policyOf(from).spec.egress ?? []).filter((rule) => rule.to.some((peer) => isService(peer, to))));
const portsIn = (from: string, to: string): number[] =>
  portsOf((policyOf(to).spec.ingress ?? []).filter((rule) => rule.from.some((peer) => isService(peer, from))));

function portsOf(rules: readonly { readonly ports: readonly PolicyPort[] }[]): number[] {
  return rules.flatMap(({ ports }) => ports.map(({ port }) => port));
}

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
    const paths = mountedFilesOf(deployment, localKeysOf).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining([`${service}.crt`, `${service}.key`].map((file) => join(CERTIFICATES, file))));
    if (GATEWAY_SECRET_FILE !== undefined) expect(paths).toContain(GATEWAY_SECRET_FILE);
    const writable = container.volumeMounts.filter(({ readOnly }) => readOnly !== true).map(({ name }) => name);
    expect(writable).toEqual(service === 'sts' ? ['keys'] : []);
  });

  it('is given no private key but its own, for nobody else to read', () => {
    const keys = mountedFilesOf(deployment, localKeysOf).filter(({ key }) => key === 'tls.key');
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
      return mountedFilesOf(deploymentOf(service), localKeysOf).find(({ path }) => path === GATEWAY_SECRET_FILE)?.secret;
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

describe('the network policies', () => {
  it('let nobody speak with anybody, to begin with', () => {
    expect(forEveryPod.map(({ metadata }) => metadata.name)).toEqual(['nobody-with-anybody', 'monitoring']);
    expect(policyOf('nobody-with-anybody').spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  it('let Prometheus in from its namespace, to the metrics of every pod and to nothing else', () => {
    const { policyTypes, ingress = [], egress } = policyOf('monitoring').spec;
    expect({ policyTypes, egress }).toEqual({ policyTypes: ['Ingress'], egress: undefined });
    expect(ingress.map(({ from }) => from)).toEqual([
      [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    ]);
    const metrics = deployments.map((each) => Number(environmentOf(each).METRICS_PORT));
    expect(new Set(portsOf(ingress))).toEqual(new Set(metrics));
  });

  it('are about pods that there are', () => {
    const names = policies.map(({ spec }) => spec.podSelector.matchLabels?.['app.kubernetes.io/name']);
    expect(names.filter((name) => name !== undefined).sort()).toEqual([...SERVICES].sort());
  });

  it('allow the arrows of the picture, at both ends, and no others', () => {
    const pairs = SERVICES.flatMap((from) => SERVICES.map((to) => [from, to] as const));
    const allowed = pairs.flatMap(([from, to]) => {
      const ends = portsIn(from, to);
      return portsOut(from, to)
        .filter((port) => ends.includes(port))
        .map((port) => `${from} -> ${to}:${port}`);
    });
    expect(allowed.sort()).toEqual(ARROWS);
    const halves = pairs.flatMap(([from, to]) => [...portsOut(from, to), ...portsIn(from, to)]);
    expect(halves).toHaveLength(2 * ARROWS.length);
  });

  it('allow what the variables of the pods say', async () => {
    const arrows = await Promise.all(
      SERVICES.map(async (from) => {
        const settings = await settingsOf(from);
        const names = Object.keys(environmentOf(deploymentOf(from))).filter((name) => name in ADDRESSES);
        const urls = names.map((name) => new URL(String(settings[ADDRESSES[name]!])));
        expect(urls.filter(({ protocol }) => protocol !== 'https:')).toEqual([]);
        return urls.filter(({ hostname }) => hostname !== from).map(({ host }) => `${from} -> ${host}`);
      }),
    );
    expect(arrows.flat().sort()).toEqual(ARROWS);
  });

  it('let nobody in from outside but to the gateway', () => {
    const others = SERVICES.filter((to) =>
      (policyOf(to).spec.ingress ?? []).some(({ from }) => from.some((peer) => !SERVICES.some((each) => isService(peer, each)))),
    );
    expect(others).toEqual(['api-gateway']);
    expect(portsOf(policyOf('api-gateway').spec.ingress ?? [])).toEqual([9443]);
  });

  it('let only those out who call somebody, and them only to ask for names besides', () => {
    const strange = SERVICES.map((from) => {
      const rules = (policyOf(from).spec.egress ?? []).filter(
        ({ to }) => !to.some((peer) => SERVICES.some((each) => isService(peer, each))),
      );
      return [from, portsOf(rules)];
    });
    expect(Object.fromEntries(strange)).toEqual({ 'api-gateway': [53, 53], 'order-service': [53, 53], 'inventory-service': [], sts: [] });
  });

  it('never mean everybody by leaving something out', () => {
    const rules = policies.flatMap(({ spec }) => [...(spec.ingress ?? []), ...(spec.egress ?? [])]);
    const peers = policies.flatMap(({ spec }) => [
      ...(spec.ingress ?? []).flatMap((rule) => rule.from),
      ...(spec.egress ?? []).flatMap((rule) => rule.to),
    ]);
    expect(rules.filter(({ ports }) => ports === undefined || ports.length === 0)).toEqual([]);
    expect(peers.length).toBeGreaterThan(8);
    expect(peers.filter(({ podSelector, namespaceSelector }) => (podSelector ?? namespaceSelector)?.matchLabels === undefined)).toEqual([]);
    expect(SERVICES.filter((service) => policyOf(service).spec.policyTypes.join() !== 'Ingress,Egress')).toEqual([]);
  });
});

describe('the secrets', () => {
  const wanted = deployments.flatMap((each) => mountedFilesOf(each, localKeysOf));

  it('of a cluster of one’s own have every key that a pod mounts, and nothing is kept that no pod mounts', () => {
    expect(wanted.filter(({ secret, key }) => !localKeysOf(secret).includes(key))).toEqual([]);
    const secrets = new Set(wanted.map(({ secret }) => secret));
    expect([...localSecretFiles().keys()].filter((name) => !secrets.has(name))).toEqual([]);
  });

  it('are never made of files that could be checked in', () => {
    const files = [...localSecretFiles().values()].flatMap((each) => [...each.values()]);
    expect(files.length).toBeGreaterThan(12);
    expect(files.filter((file) => !file.startsWith('.certificates/'))).toEqual([]);
  });

  it('of cert-manager are every one with a certificate in it, for the name by which others call', () => {
    const requests = ofKind(readObjects('overlays/cert-manager'), 'Certificate').filter(({ spec }) => spec.isCA !== true);
    const tls = new Set(wanted.map(({ secret }) => secret).filter((name) => name.endsWith('-tls')));
    expect(requests.map(({ spec }) => spec.secretName).sort()).toEqual([...tls].sort());
    expect(requests.filter(({ metadata, spec }) => spec.dnsNames?.includes(metadata.name) !== true)).toEqual([]);
    // These are what cert-manager puts into a secret.
    const keys = new Set(wanted.filter(({ secret }) => tls.has(secret)).map(({ key }) => key));
    expect([...keys].sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
  });

  it('of cert-manager let nobody act as a client but the order service', () => {
    const requests = ofKind(readObjects('overlays/cert-manager'), 'Certificate');
    expect(requests.filter(({ spec }) => spec.usages?.includes('client auth')).map(({ metadata }) => metadata.name)).toEqual([
      'order-service',
    ]);
  });
});
