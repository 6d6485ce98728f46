import { Module } from '@nestjs/common';
import { AuthModule } from 'nest-service-auth';

export class AppModule {}
Module({ imports: [AuthModule] })(AppModule);
