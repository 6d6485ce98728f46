import { readFileSync, writeFileSync } from 'node:fs';

/**
 * The packages that the services import beside the library, and those that Nest loads by itself. In the repository they are devDependencies: the
 * library does not depend on them, but an image of the sample does.
 */
export const RUNTIME_PACKAGES: readonly string[] = [
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/platform-express',
  '@nestjs/swagger',
  '@nestjs/terminus',
  '@opentelemetry/api',
  '@opentelemetry/exporter-prometheus',
  '@opentelemetry/exporter-trace-otlp-http',
  '@opentelemetry/instrumentation-http',
  '@opentelemetry/instrumentation-undici',
  '@opentelemetry/resources',
  '@opentelemetry/sdk-metrics',
  '@opentelemetry/sdk-trace-node',
  '@peculiar/x509',
  'class-transformer',
  'class-validator',
  'express',
  'oidc-provider',
  'reflect-metadata',
  'rxjs',
];

/** The parts of the repository's package.json that an image needs. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly exports: object;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Makes the package.json of an image from the one of the repository. The same lock file fits both, so that an image runs the tested versions.
 *
 * @throws Error if the repository does not have one of the packages.
 */
export function runtimePackage(manifest: Manifest & { readonly devDependencies: Readonly<Record<string, string>> }): Manifest {
  const { name, version, type, exports, dependencies, devDependencies } = manifest;
  const missing = RUNTIME_PACKAGES.filter((each) => devDependencies[each] === undefined);
  if (missing.length > 0) throw new Error(`Not among the devDependencies of package.json: ${missing.join(', ')}`);
  const added = Object.fromEntries(RUNTIME_PACKAGES.map((each) => [each, devDependencies[each] ?? '']));
  return { name, version, type, exports, dependencies: { ...dependencies, ...added } };
}

// As a program it rewrites the package.json of the working directory. Run it only while an image is built.
if (process.argv[1] === import.meta.filename) {
  const made = runtimePackage(JSON.parse(readFileSync('package.json', 'utf8')));
  writeFileSync('package.json', `${JSON.stringify(made, undefined, 2)}\n`);
}
