import { Module } from '@nestjs/common';
import { ApplicationsController } from './applications.controller.js';
import { Applications } from './applications.js';

/** The applications that users log in to. */
@Module({ controllers: [ApplicationsController], providers: [Applications], exports: [Applications] })
export class ApplicationsModule {}
