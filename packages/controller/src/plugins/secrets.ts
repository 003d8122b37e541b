/** Fields whose values never leave the controller, however deep they are. */
const secret =
  /(password|passphrase|passwd|secret|token|credentials?|private_?key|(password|secret)_?hash)$/i;

/** The same value with `***` for what a field's name says is secret. */
export const withoutSecrets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      secret.test(name) && inner !== null && inner !== undefined ? '***' : withoutSecrets(inner),
    ]),
  );
};
