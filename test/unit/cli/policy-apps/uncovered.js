import { Controller, Get, Module } from '@nestjs/common';
import { AuthModule } from 'nest-service-auth';

class BareController {
  list() {}
}
Get()(BareController.prototype, 'list', Object.getOwnPropertyDescriptor(BareController.prototype, 'list'));
Controller('bare')(BareController);

export class AppModule {}
Module({ imports: [AuthModule.forRoot({})], controllers: [BareController] })(AppModule);
