import type { INestApplicationContext } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { fieldError } from '../errors.js';
import { MODULE_LOG } from '../operator/operator-log.js';
import { PlanRegistry } from '../plan/plan.registry.js';
import { RESOLVED_OPTIONS, type ResolvedAuthOptions } from '../resolved-options.js';
import { accessOf } from './access.js';
import { isSince31, type OpenApiDocument, operationsOf, type PlacedOperation, type SecurityScheme } from './document.js';
import { PlannedOperations } from './planned-operations.js';
import { refusalsOf, withRefusals } from './refusals.js';
import { securityOf } from './security.js';
import { SecuritySchemes } from './security-schemes.js';

/** The options of `describeAuth()`. */
export interface DescribeAuthOptions {
  /**
   * Security schemes in place of those that the plan describes, by the name that they have in the document: `oauth2` or `openIdConnect`, so
   * that clients know where to obtain tokens.
   */
  readonly schemes?: Readonly<Record<string, SecurityScheme>>;
  /**
   * Takes the operations that are not routes of the application, as `GET /path`: they stay as they are documented.
   * @defaultValue one warning with all of them
   */
  readonly onUnknown?: (operations: readonly string[]) => void;
}

/**
 * Adds to an OpenAPI document what the guard demands of each operation: security schemes, the operation's security, the answers 401, 403,
 * 429 and 503 with their header fields, and the requirements as `x-auth`. What decorators say of an operation's security is replaced;
 * answers and security schemes that are documented stay.
 *
 * @param app - the application, after `init()` or `listen()`.
 * @param document - the document, which is changed.
 * @returns the same document.
 * @throws AuthConfigurationError if the application is not initialized, if it has no AuthModule, or if an option is wrong.
 * @see OpenAPI 3.1 §4.8.27 and §4.8.30
 * @example
 * ```ts
 * const config = new DocumentBuilder().setTitle('Orders').build();
 * SwaggerModule.setup('docs', app, () => describeAuth(app, SwaggerModule.createDocument(app, config)));
 * ```
 */
export function describeAuth<D extends OpenApiDocument>(app: INestApplicationContext, document: D, options: DescribeAuthOptions = {}): D {
  const registry = provided<PlanRegistry>(app, PlanRegistry);
  registry.checkComplete('describeAuth()');
  const settings = provided<ResolvedAuthOptions>(app, RESOLVED_OPTIONS);
  const { given, components } = { given: options.schemes ?? {}, components: componentsOf(document) };
  const schemes = new SecuritySchemes({ given, documented: components.securitySchemes ?? {}, isSince31: isSince31(document) });
  const planned = new PlannedOperations(registry, app.get(ApplicationConfig, { strict: false }).getGlobalPrefix());
  const unknown = operationsOf(document).filter((placed) => !describeOperation(placed, { planned, schemes, settings }));
  schemes.checkGiven(Object.keys(settings.schemes));
  document.components = { ...components, securitySchemes: { ...components.securitySchemes, ...schemes.components } };
  if (unknown.length > 0) (options.onUnknown ?? warnOf)(unknown.map(({ method, path }) => `${method} ${path}`));
  return document;
}

interface Known {
  readonly planned: PlannedOperations;
  readonly schemes: SecuritySchemes;
  readonly settings: Pick<ResolvedAuthOptions, 'responseBody'>;
}

/** Describes one operation; false if the application has no such route. */
function describeOperation({ method, path, operation }: PlacedOperation, { planned, schemes, settings }: Known): boolean {
  const plans = planned.plansOf(method, path);
  if (plans.length === 0) return false;
  const access = accessOf(plans);
  operation.security = securityOf(plans, schemes);
  operation.responses = withRefusals(operation.responses ?? {}, refusalsOf({ plans, method, access, ...settings }));
  operation['x-auth'] = access;
  return true;
}

function componentsOf({ components = {} }: OpenApiDocument): { readonly securitySchemes?: Readonly<Record<string, SecurityScheme>> } {
  return components;
}

function provided<T>(app: INestApplicationContext, token: Parameters<INestApplicationContext['get']>[0]): T {
  try {
    return app.get<T>(token, { strict: false });
  } catch (error) {
    throw fieldError(
      'describeAuth()',
      'finds no AuthModule in the application. Import AuthModule.forRoot({ schemes }) in its root module.',
      error,
    );
  }
}

function warnOf(operations: readonly string[]): void {
  MODULE_LOG.warn(
    `The OpenAPI document has operations that are not routes of the application: ${operations.join(', ')}. Their security stays as it is documented. Give describeAuth() the option onUnknown to handle them yourself.`,
  );
}
