import { Controller, Delete, Get, Module } from '@nestjs/common';
import { AuthModule } from 'nest-service-auth';

/** It declares nothing: the rules below say who may call it. */
@Controller('users')
class UsersController {
  @Get()
  list() {
    return ['alice', 'bob'];
  }

  @Delete(':name')
  remove() {
    return { removed: true };
  }

  /** No rule covers it. */
  @Get(':name/notes')
  notes() {
    return [];
  }
}

@Module({
  imports: [
    AuthModule.forRoot({
      schemes: { users: { fileUserStoreConfig: { path: 'sample/04-rules-by-path/users.toml' } } },
      // The permission '/permission/users' includes all those below it.
      roles: { clerk: ['/permission/users/list'], admin: ['/permission/users'] },
      // Or { file: 'deployment.toml' }, whose changes take effect without a restart.
      resourceAccessControl: {
        defaultAccess: 'deny',
        // The first rule that matches the path and the method decides.
        rules: [
          { context: '/users', httpMethod: 'GET', secured: false },
          { context: '/users/*', httpMethod: 'DELETE', secured: true, permissions: ['/permission/users/delete'] },
        ],
      },
    }),
  ],
  controllers: [UsersController],
})
export class AppModule {}
