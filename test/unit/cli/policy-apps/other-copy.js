import { Module } from '@nestjs/common';

/** What AuthModule of another copy of the package provides, as far as this copy can tell. */
export class AppModule {}
Module({ providers: [{ provide: Symbol.for('nest-service-auth:module'), useValue: true }] })(AppModule);
