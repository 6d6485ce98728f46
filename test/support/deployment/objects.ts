/** What every Kubernetes object has. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

/** Some keys of a secret, as files. */
export interface SecretFiles {
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

/** What a pod has to mount. */
export interface Volume {
  readonly name: string;
  readonly secret?: SecretFiles & { readonly secretName: string; readonly defaultMode: number };
  readonly projected?: {
    readonly defaultMode: number;
    readonly sources: readonly { readonly secret: SecretFiles & { readonly name: string } }[];
  };
  readonly persistentVolumeClaim?: { readonly claimName: string };
}

/** A question that Kubernetes asks a pod. */
export interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string; readonly scheme?: string };
}

/** The container of a pod. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
  readonly resources: { readonly requests: Readonly<Record<string, string>>; readonly limits: Readonly<Record<string, string>> };
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

/** A deployment. */
export interface Deployment extends KubernetesObject {
  readonly spec: {
    readonly replicas: number;
    readonly strategy?: { readonly type: string };
    readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: {
        readonly labels: Readonly<Record<string, string>>;
        readonly annotations?: Readonly<Record<string, string>>;
      };
      readonly spec: {
        readonly automountServiceAccountToken: boolean;
        readonly enableServiceLinks: boolean;
        readonly securityContext: object;
        readonly containers: readonly Container[];
        readonly volumes: readonly Volume[];
      };
    };
  };
}

/** A service. */
export interface Service extends KubernetesObject {
  readonly spec: {
    readonly type?: string;
    readonly selector: Readonly<Record<string, string>>;
    readonly ports: readonly { readonly port: number; readonly targetPort: string }[];
  };
}

/** The other side of a rule of a network policy. */
export interface Peer {
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly namespaceSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

/** The ports of such a rule. */
export interface PolicyPort {
  readonly protocol: string;
  readonly port: number;
}

/** A network policy. */
export interface NetworkPolicy extends KubernetesObject {
  readonly spec: {
    readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly { readonly from: readonly Peer[]; readonly ports: readonly PolicyPort[] }[];
    readonly egress?: readonly { readonly to: readonly Peer[]; readonly ports: readonly PolicyPort[] }[];
  };
}

/** A certificate that cert-manager issues. */
export interface CertificateRequest extends KubernetesObject {
  readonly spec: {
    readonly secretName: string;
    readonly dnsNames?: readonly string[];
    readonly usages?: readonly string[];
    readonly isCA?: boolean;
  };
}

/** What kustomize is told. */
export interface Kustomization {
  readonly namespace: string;
  readonly resources: readonly string[];
  readonly images?: readonly { readonly name: string; readonly newTag: string }[];
  readonly secretGenerator?: readonly { readonly name: string; readonly files: readonly string[] }[];
}
