import { Controller, type DynamicModule, Get, type Type } from '@nestjs/common';
import { type AuthClient, AuthModule, InjectAuthClient, ResourceAuth, type SchemeConfig } from 'nest-service-auth';
import type { DependentTrial } from './dependent-app.js';

/** Seconds that each server is waited for. */
const clientConfig = { timeout: 2 };

/** The module of an application that depends on other servers and on files: `/<scheme>` for each scheme, `/ruled` and `/out`. */
export function dependentModule({ provider, service, files, ...trial }: DependentTrial): DynamicModule {
  const schemes = schemesOf({ provider, service, ...trial, ...(files && { files }) });
  const tokenUrl = `${provider}/token`;
  const auth = AuthModule.forRoot({
    schemes,
    ...(files ? { resourceAccessControl: { file: files.rules } } : { unannotated: 'deny' as const }),
    clients: {
      service: {
        baseUrl: service,
        auth: { oauth2ClientCredentialsGrantConfig: { tokenUrl, clientId: 'app', clientSecret: 'secret', clientConfig } },
      },
    },
  });
  class AppModule {}
  return { module: AppModule, imports: [auth], controllers: [...Object.keys(schemes).map(guardedBy), Others] };
}

function schemesOf({ provider, directory, files }: DependentTrial): Record<string, SchemeConfig> {
  const discoveryConfig = { clientConfig, cacheConfig: { defaultMaxAge: 1 } };
  return {
    keys: { jwtValidatorConfig: { signatureConfig: { jwksConfig: { url: `${provider}/jwks`, ...discoveryConfig } } } },
    found: { jwtValidatorConfig: { issuer: provider, audience: null, discoveryConfig } },
    asked: { oauth2IntrospectionConfig: { url: `${provider}/introspect`, cacheConfig: {}, clientConfig } },
    ...(directory && {
      people: { ldapUserStoreConfig: directory },
      logins: { ldapUserStoreConfig: { ...directory, cacheConfig: false } },
    }),
    ...(files && {
      users: { fileUserStoreConfig: { path: files.users, allowPlainText: true, failedLogins: false } },
      machines: { apiKeyStoreConfig: { path: files.apiKeys } },
    }),
  };
}

function guardedBy(scheme: string): Type {
  @Controller(scheme)
  class Guarded {
    @ResourceAuth({ auth: [scheme] })
    @Get()
    get() {
      return scheme;
    }
  }
  return Guarded;
}

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
