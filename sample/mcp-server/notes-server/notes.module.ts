import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from 'nest-service-auth';
import type { Settings } from '../settings.js';
import { McpController } from './mcp.controller.js';
import { Notes } from './notes.js';

@Module({ controllers: [McpController], providers: [Notes] })
class NotesModule {}

/** The whole configuration: the issuer of the tokens, and the resource that they must be for. */
export function notesModule({ issuer, resource }: Settings): DynamicModule {
  const auth = AuthModule.forRoot({
    // The keys of the issuer are discovered, and the audience of its tokens is the resource.
    schemes: { login: { jwtValidatorConfig: { issuer } } },
    // Publishes the metadata that a client looks for, and names them in every challenge.
    resource: { url: resource, name: 'Notes', scopes: ['notes:read', 'notes:write'] },
  });
  return { module: NotesModule, imports: [auth] };
}
