import type { ModuleMetadata } from '@nestjs/common';
import { ApplicationConfig, DiscoveryModule, NestFactory } from '@nestjs/core';
import { DeclarationAudit, type Findings } from '../../../lib/discovery/declaration-audit.js';
import { ExternalAudit } from '../../../lib/discovery/external-audit.js';
import { ExternalHandlers } from '../../../lib/discovery/external-handlers.js';
import { type Catalog, HandlerCatalog } from '../../../lib/discovery/handler-catalog.js';
import { MessageRegistry } from '../../../lib/discovery/message-registry.js';

/** What was found in an application. */
export interface Discovered {
  readonly catalog: Catalog;
  /** The handlers as their classes had them before. */
  readonly declared: HandlerCatalog['declared'];
  readonly findings: Findings;
}

/** Makes an application without a server and without AuthModule, and reads what it has. */
export async function discovered(
  metadata: ModuleMetadata,
  configure: (config: ApplicationConfig) => void = () => undefined,
): Promise<Discovered> {
  class DiscoveringModule {}
  class AppModule {}
  const providers = [HandlerCatalog, DeclarationAudit, ExternalAudit, ExternalHandlers, MessageRegistry];
  const discovering = { module: DiscoveringModule, imports: [DiscoveryModule], providers };
  const module = { module: AppModule, ...metadata, imports: [discovering, ...(metadata.imports ?? [])] };
  const app = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  configure(app.get(ApplicationConfig));
  const handlers = app.get(HandlerCatalog, { strict: false });
  const catalog = handlers.read();
  const findings = app.get(DeclarationAudit, { strict: false }).findings(catalog);
  await app.close();
  return { catalog, declared: handlers.declared, findings };
}
