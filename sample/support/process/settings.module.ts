import { type DynamicModule, Module } from '@nestjs/common';

/** The injection token of a sample's settings. */
export const SETTINGS = Symbol('settings');

/** Makes the settings injectable everywhere in an application. */
@Module({})
class SettingsModule {}

/** Returns a module that provides these settings. */
export function settingsModule(settings: object): DynamicModule {
  return {
    module: SettingsModule,
    global: true,
    providers: [{ provide: SETTINGS, useValue: settings }],
    exports: [SETTINGS],
  };
}
