import { Controller, Get, type INestApplication, Injectable, Module, type ModuleMetadata, Post } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  AuthModule,
  type AuthModuleOptions,
  type Authorizer,
  CurrentPrincipal,
  type Principal,
  ResourceAuth,
  ServiceAuth,
} from 'nest-service-auth';
import { type OverrideAuthOptions, overrideAuth } from 'nest-service-auth/testing';

/** Settings that could not work here: no server answers, and no file is there. */
export const SCHEMES: AuthModuleOptions['schemes'] = {
  staff: {
    jwtValidatorConfig: {
      issuer: 'https://id.invalid',
      audience: 'shelf',
      signatureConfig: { jwksConfig: { url: 'https://id.invalid/keys' } },
    },
  },
  partners: { oauth2IntrospectionConfig: { url: 'https://id.invalid/introspect', audience: 'shelf' } },
  users: { fileUserStoreConfig: { path: '/nowhere/Config.toml' } },
  machines: { mutualSslConfig: {} },
  tools: { apiKeyStoreConfig: { path: '/nowhere/Config.toml' } },
};

/** Refuses one caller. */
@Injectable()
export class NotMallory implements Authorizer {
  authorize({ username }: Principal) {
    return username !== 'mallory';
  }
}

/** A route for each scheme. */
@ServiceAuth({ auth: [{ scheme: 'staff', scopes: 'read' }] })
@Controller('shelf')
export class ShelfController {
  @Get() who(@CurrentPrincipal() who: Principal) {
    return who;
  }
  @ResourceAuth({ auth: { permissions: 'restock', authorizers: [NotMallory] } })
  @Post()
  restock(@CurrentPrincipal() who: Principal) {
    return who;
  }
  @ResourceAuth({ auth: ['partners'] }) @Get('partners') partners(@CurrentPrincipal() who: Principal) {
    return who;
  }
  @ResourceAuth({ auth: ['users'] }) @Get('users') users(@CurrentPrincipal() who: Principal) {
    return who;
  }
  @ResourceAuth({ auth: ['machines', 'staff'] }) @Get('machines') machines(@CurrentPrincipal() who: Principal) {
    return who;
  }
  @ResourceAuth({ auth: [{ scheme: 'tools', scopes: 'run' }] }) @Get('tools') tools(@CurrentPrincipal() who: Principal) {
    return who;
  }
  @ResourceAuth({ auth: [{ allOf: ['machines', 'staff'] }] }) @Get('both') both(@CurrentPrincipal() who: Principal) {
    return who;
  }
  @ResourceAuth({ auth: false }) @Get('open') open() {
    return 'open';
  }
}

/** The application whose authentication is overridden. */
@Module({
  imports: [AuthModule.forRoot({ schemes: SCHEMES, roles: { keeper: ['restock'] }, authorizers: [NotMallory] })],
  controllers: [ShelfController],
})
export class AppModule {}

/** What has been started. */
export const running: INestApplication[] = [];

/** Starts an application with its authentication overridden. */
export async function start(metadata: ModuleMetadata, options?: OverrideAuthOptions): Promise<INestApplication> {
  const builder = overrideAuth(Test.createTestingModule(metadata).setLogger(false as never), options);
  const app = (await builder.compile()).createNestApplication();
  running.push(app);
  return app.init();
}

/** Closes what was started. */
export async function closeAll(): Promise<void> {
  for (const app of running.splice(0)) await app.close();
}
