import { Controller, Delete, type ExecutionContext, Get, Injectable, Module, Put } from '@nestjs/common';
import { AuthModule, type Authorizer, type Principal, ResourceAuth, ServiceAuth } from 'nest-service-auth';

/** A rule in code: callers may change only their own account. */
@Injectable()
class OwnAccount implements Authorizer {
  authorize({ username }: Principal, context: ExecutionContext): boolean {
    return context.switchToHttp().getRequest().params.name === username;
  }
}

@ServiceAuth({ auth: ['users'] })
@Controller('accounts')
class AccountsController {
  /** One of these scopes. For all of them: `{ all: ['read', 'write'] }`. */
  @ResourceAuth({ auth: { scopes: ['read', 'write'] } })
  @Get()
  list() {
    return ['alice', 'bob'];
  }

  @ResourceAuth({ auth: { scopes: 'write', authorizers: [OwnAccount] } })
  @Put(':name')
  change() {
    return { changed: true };
  }

  /** A permission, which a caller has through its roles. */
  @ResourceAuth({ auth: { permissions: 'accounts:delete' } })
  @Delete(':name')
  remove() {
    return { removed: true };
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      schemes: { users: { fileUserStoreConfig: { path: 'sample/03-requirements/users.toml' } } },
      roles: { manager: ['accounts:delete'] },
      authorizers: [OwnAccount],
    }),
  ],
  controllers: [AccountsController],
})
export class AppModule {}
