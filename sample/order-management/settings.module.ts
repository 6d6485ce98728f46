import { type DynamicModule, Module } from '@nestjs/common';
import type { Settings } from './settings.js';

/** The injection token of {@link Settings}. */
export const SETTINGS = Symbol('settings');

/** Makes the settings injectable everywhere in an application. */
@Module({})
class SettingsModule {}

/** The module that gives these settings to an application. */
export function settingsModule(settings: Settings): DynamicModule {
  return {
    module: SettingsModule,
    global: true,
    providers: [{ provide: SETTINGS, useValue: settings }],
    exports: [SETTINGS],
  };
}
