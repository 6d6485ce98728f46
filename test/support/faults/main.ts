import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Controller, Get } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { type AuthClient, AuthHealthIndicator, AuthModule, InjectAuthClient, ResourceAuth, type SchemeConfig } from 'nest-service-auth';
import type { DependentTrial } from './dependent-app.js';

const { provider, service, directory, files }: DependentTrial = JSON.parse(process.argv[2] ?? '{}');
const clientConfig = { timeout: 2 };

const schemes: Record<string, SchemeConfig> = {
  keys: {
    jwtValidatorConfig: { signatureConfig: { jwksConfig: { url: `${provider}/jwks`, clientConfig, cacheConfig: { defaultMaxAge: 1 } } } },
  },
  found: { jwtValidatorConfig: { issuer: provider, audience: null, discoveryConfig: { clientConfig, cacheConfig: { defaultMaxAge: 1 } } } },
  asked: { oauth2IntrospectionConfig: { url: `${provider}/introspect`, cacheConfig: {}, clientConfig } },
  ...(directory && { people: { ldapUserStoreConfig: directory } }),
  ...(files && {
    users: { fileUserStoreConfig: { path: files.users, allowPlainText: true, failedLogins: false } },
    machines: { apiKeyStoreConfig: { path: files.apiKeys } },
  }),
};

const routes = Object.keys(schemes).map((scheme) => {
  @Controller(scheme)
  class Guarded {
    @ResourceAuth({ auth: [scheme] })
    @Get()
    get() {
      return scheme;
    }
  }
  return Guarded;
});

@Controller()
class Others {
  constructor(@InjectAuthClient('service') private readonly client: AuthClient) {}

  @ResourceAuth({ auth: false })
  @Get('out')
  async out() {
    return (await this.client.fetch('/')).text();
  }

  // Only the rules of the file say who may come here.
  @Get('ruled')
  ruled() {
    return 'ruled';
  }
}

const log: string[] = [];
const keep = (message: unknown) => void log.push(String(message));
const logger = { log: () => undefined, warn: keep, error: keep };

const auth = AuthModule.forRoot({
  schemes,
  ...(files ? { resourceAccessControl: { file: files.rules } } : { unannotated: 'deny' as const }),
  clients: {
    service: {
      baseUrl: service,
      auth: {
        oauth2ClientCredentialsGrantConfig: { tokenUrl: `${provider}/token`, clientId: 'app', clientSecret: 'secret', clientConfig },
      },
    },
  },
});
class AppModule {}
const module = { module: AppModule, imports: [auth], controllers: [...routes, Others] };

/** Sets the wall clock of this process by so many seconds; the monotonic clock goes on as it was. */
function setClock(seconds: number): void {
  const { now } = Date;
  const SystemDate = Date;
  class SetDate extends SystemDate {
    constructor(...given: ConstructorParameters<typeof SystemDate> | []) {
      if (given.length === 0) super(SetDate.now());
      else super(...given);
    }
    static override now = () => now() + seconds * 1000;
  }
  globalThis.Date = SetDate as DateConstructor;
}

/** What the process is asked for by its parent. */
type Order = { readonly report: true } | { readonly clock: number } | { readonly user: number };

async function main(): Promise<void> {
  const app = await NestFactory.create(module, { logger, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  process.on('message', async (order: Order) => {
    if ('clock' in order) setClock(order.clock);
    // For the file system alone: root may open every file.
    if ('user' in order && process.getuid?.() === 0) process.seteuid?.(order.user);
    const health = 'report' in order ? await app.get(AuthHealthIndicator).check() : undefined;
    process.send?.({ log: 'report' in order ? log.splice(0) : [], health });
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ port: (app.getHttpServer().address() as AddressInfo).port });
}

main().catch((error) => process.send?.({ error: String(error?.stack ?? error) }, () => process.exit(1)));
