import type { Step } from '../../../demo/demo.js';
import { forbidden, good, step, unauthorized } from '../../../demo/step.js';
import type { Settings } from '../settings.js';
import type { Addresses } from './addresses.js';

const NO_CONNECTION = { status: 'handshake failed' } as const;

/** The mutual TLS listener: certificates. */
export function partnerSteps({ stock }: Addresses, { certificates }: Settings): Step[] {
  const { acme, visitor } = certificates.keys;
  return [
    step('/partner: no certificate', stock, {}, NO_CONNECTION),
    step("/partner: a certificate with acme's name, of another CA", stock, { certificate: certificates.strange.keys.acme }, NO_CONNECTION),
    step('/partner: a certificate of an unknown partner', stock, { certificate: visitor }, forbidden()),
    step('/partner: a certificate of a known partner', stock, { certificate: acme }, good({ pieces: 75, reservedFor: 'acme' })),
  ];
}

/** `/payments`: a certificate *and* a token. */
export function paymentSteps({ payments }: Addresses, { certificates }: Settings): Step[] {
  const { acme, visitor } = certificates.keys;
  const payment = { method: 'POST', json: { amount: 12 } };
  const certificate = 'ClientCertificate realm="partners"';
  const bearer = 'Bearer realm="partners"';
  return [
    step('/payments: a certificate, and no token', payments, { ...payment, certificate: acme }, unauthorized(certificate, bearer)),
    step(
      "/payments: acme's token, with another certificate",
      payments,
      { ...payment, certificate: visitor, bearer: '$PAY' },
      unauthorized(certificate, `${bearer}, error="invalid_token"`),
    ),
    step(
      '/payments: a token without the scope',
      payments,
      { ...payment, certificate: acme, bearer: '$QUOTE' },
      forbidden(`${bearer}, error="insufficient_scope", scope="pay"`),
    ),
    goodPaymentStep('/payments: both', payments, { certificate: acme }),
  ];
}

/** A payment with a valid certificate and a valid token. */
export function goodPaymentStep(title: string, payments: string, { certificate }: Pick<Step, 'certificate'>): Step {
  return step(
    title,
    payments,
    { method: 'POST', json: { amount: 12 }, bearer: '$PAY', ...(certificate !== undefined && { certificate }) },
    good({ paid: 12, by: 'acme', from: 'CN=acme' }, 201),
  );
}
