import * as z from 'zod';
import { chosen, fields, listOf, optional, text, textOrTexts } from '../../config/schema.js';
import type { ForwardedHeaders } from '../../http/forwarded-certificate.js';
import { PRESET_NAMES, type PresetFields, presetFields, wellKnownFormat } from '../../http/forwarded-presets.js';
import { isHeaderName, isHeaderValue } from '../../http/header-field.js';

/** The name of a header field, in lower case. */
export const headerName = text.refine(isHeaderName, 'is not the name of a header field').transform((name) => name.toLowerCase());

const DEFAULT_VERIFY_HEADER = 'x-ssl-client-verify';
const DEFAULT_VERIFIED = ['SUCCESS'];

const presetName = z.enum(PRESET_NAMES);
const word = text.refine((value) => isHeaderValue(value) && value.trim() === value, 'cannot be the value of a header field');
const common = {
  verified: optional(listOf(word)),
  hop: optional(z.enum(['first', 'last'])),
  ca: optional(textOrTexts),
};

const byPreset = fields(() => ({ preset: presetName, ...common }));
const writtenOut = fields(() => ({
  header: headerName,
  format: optional(z.enum(['rfc9440', 'xfcc', 'pem', 'der-base64'])),
  verifyHeader: optional(headerName),
  ...common,
}));

/** The schema of `forwarded`: what comes out is the preset's form or the written-out one. */
export const forwardedSchema = chosen<ForwardedForm>((value) => {
  if (typeof value === 'string') return presetName.transform((preset) => ({ preset }));
  return typeof value === 'object' && value !== null && 'preset' in value ? byPreset : writtenOut;
});

/** `forwarded`, checked field by field. */
export type ForwardedForm = PresetForm | WrittenOutForm;
/** A preset, and what is added to it. */
export type PresetForm = Readonly<z.output<typeof byPreset>>;
/** The header fields themselves. */
export type WrittenOutForm = Readonly<z.output<typeof writtenOut>>;

/** The header fields that a form means. The boot has stopped where the name does not imply a format. */
export function headersOf(form: ForwardedForm): ForwardedHeaders {
  return 'preset' in form ? ofPreset(form, presetFields(form.preset)) : ofWrittenOut(form);
}

function ofPreset({ hop, verified }: PresetForm, { header, format, verifiedBy, isChain }: PresetFields): ForwardedHeaders {
  const verify = typeof verifiedBy === 'object' && { ...verifiedBy, verified: verified ?? verifiedBy.verified, isRequired: true };
  return { header, format, ...(verify && { verify }), ...(isChain && { isChain }), ...(hop && { hop }) };
}

function ofWrittenOut({ header, format, verifyHeader, verified, hop }: WrittenOutForm): ForwardedHeaders {
  const isRequired = verifyHeader !== undefined || verified !== undefined;
  const verify = { header: verifyHeader ?? DEFAULT_VERIFY_HEADER, verified: verified ?? DEFAULT_VERIFIED, isRequired };
  return { header, format: format ?? wellKnownFormat(header) ?? 'pem', verify, ...(hop && { hop }) };
}
