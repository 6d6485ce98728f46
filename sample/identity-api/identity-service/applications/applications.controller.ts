import { Body, Controller, Get, Param, Put, ValidationPipe } from '@nestjs/common';
import { ResourceAuth } from 'nest-service-auth';
import { ApplicationDto } from './application.dto.js';
import { type Application, Applications } from './applications.js';
import { OwnerOnly } from './owner-only.authorizer.js';

/** For owners. Keys and certificates are not accepted: the name of a machine may equal the name of a user. */
const BY_ITS_OWNER = (['users', 'tokens'] as const).map((scheme) => ({
  scheme,
  scopes: 'internal_application_mgt_update',
  authorizers: [OwnerOnly],
}));

/** The applications. The rules of the file say who may read them. A resource with stricter requirements declares them itself. */
@Controller('api/server/applications')
export class ApplicationsController {
  constructor(private readonly applications: Applications) {}

  @Get()
  list(): Application[] {
    return this.applications.all();
  }

  @ResourceAuth({ auth: BY_ITS_OWNER })
  @Put(':id')
  rename(@Param('id') id: string, @Body(new ValidationPipe({ transform: true, whitelist: true })) { name }: ApplicationDto): Application {
    return this.applications.rename(id, name);
  }
}
