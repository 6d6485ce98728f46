import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ServiceAuth } from 'nest-service-auth';

class LedgerController {}
Controller('ledger')(LedgerController);
ServiceAuth({ auth: ['staff'] })(LedgerController);

class AppModule {}
Module({ controllers: [LedgerController] })(AppModule);

export const createApp = () => NestFactory.create(AppModule, { abortOnError: false });
