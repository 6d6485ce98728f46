// As a compiler would write it: a small application, in a file of its own.
import { Controller, Delete, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AuthModule, ResourceAuth, ServiceAuth } from 'nest-service-auth';

const secret = 'a secret that is long enough for it!';

class OrderController {
  list() {}
  create() {}
  remove() {}
  ping() {}
}
const declare = (name, ...decorators) => {
  for (const decorator of decorators)
    decorator(OrderController.prototype, name, Object.getOwnPropertyDescriptor(OrderController.prototype, name));
};
declare('list', Get());
declare('create', Post(), ResourceAuth({ auth: { scopes: ['add_order', 'admin'] } }));
declare(
  'remove',
  Delete(':id'),
  ResourceAuth({ auth: [{ scheme: 'sts', scopes: { all: ['admin', 'audit'] }, permissions: '/orders/remove' }, 'other'] }),
);
declare('ping', Get('ping|pong'), ResourceAuth({ auth: false }));
ServiceAuth({ auth: ['sts'] })(OrderController);
Controller('order')(OrderController);

class UserController {
  view() {}
}
Get(':id')(UserController.prototype, 'view', Object.getOwnPropertyDescriptor(UserController.prototype, 'view'));
Controller('users')(UserController);

export class AppModule {
  constructor() {
    console.log('noise on standard output');
  }
}
const scheme = (issuer) => ({ jwtValidatorConfig: { issuer, audience: null, signatureConfig: { secret } } });
Module({
  imports: [
    AuthModule.forRoot({
      schemes: { sts: scheme('sts'), other: scheme('other') },
      resourceAccessControl: {
        rules: [
          { context: '/users/me', secured: true, allowedAuthHandlers: ['sts'] },
          { context: '/users/*', secured: true, permissions: ['/users/view'] },
        ],
      },
    }),
  ],
  controllers: [OrderController, UserController],
})(AppModule);

export async function createApp() {
  const app = await NestFactory.create(AppModule, { abortOnError: false });
  app.setGlobalPrefix('api', { exclude: ['users/:id'] });
  return app;
}
