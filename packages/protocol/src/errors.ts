import { z } from 'zod';

/** What kind of failure a code is; decides the HTTP status and the exit code, once. */
const classes = {
  usage: { http: 400, exit: 2 },
  auth: { http: 401, exit: 4 },
  forbidden: { http: 403, exit: 4 },
  missing: { http: 404, exit: 5 },
  conflict: { http: 409, exit: 6 },
  'too-large': { http: 413, exit: 2 },
  refused: { http: 422, exit: 7 },
  unavailable: { http: 503, exit: 8 },
  internal: { http: 500, exit: 1 },
} as const;

/**
 * Every error that people or programs can meet, with the kind that it belongs to. Codes are stable:
 * one that was released keeps its meaning. Keep the list sorted.
 */
export const errorCodes = {
  'agent-current': 'conflict',
  'agent-enrolled': 'conflict',
  'agent-installed': 'conflict',
  'agent-not-enrolled': 'auth',
  'agent-offline': 'unavailable',
  'agent-online': 'conflict',
  'agent-revoked': 'auth',
  'agent-running': 'conflict',
  'agent-timeout': 'unavailable',
  'arch-mismatch': 'refused',
  'artefact-missing': 'refused',
  'boot-filesystem-missing': 'refused',
  'boot-filesystem-unreadable': 'refused',
  'boot-mode-mismatch': 'refused',
  'boot-space-too-small': 'refused',
  'bootloader-changed': 'refused',
  'bootloader-config-unusable': 'refused',
  'bootloader-not-armed': 'refused',
  'bootloader-not-writable': 'refused',
  'bootloader-unsupported': 'refused',
  'build-failed': 'internal',
  'build-tool-missing': 'unavailable',
  'ca-mismatch': 'auth',
  cancelled: 'conflict',
  'checksum-mismatch': 'refused',
  'confirmation-missing': 'usage',
  'connection-lost': 'unavailable',
  'data-dir-in-use': 'conflict',
  'deadline-passed': 'unavailable',
  'disk-too-small': 'refused',
  'disk-unknown': 'refused',
  'download-failed': 'unavailable',
  'facts-missing': 'unavailable',
  'file-unreadable': 'unavailable',
  'file-unwritable': 'unavailable',
  'frame-invalid': 'usage',
  'host-in-use': 'conflict',
  'host-key-changed': 'auth',
  'host-key-unknown': 'auth',
  'host-unsupported': 'refused',
  'input-too-large': 'too-large',
  'installer-failed': 'internal',
  internal: 'internal',
  'invalid-input': 'usage',
  'job-addressee': 'refused',
  'job-expired': 'refused',
  'job-final': 'conflict',
  'job-past-point-of-no-return': 'conflict',
  'job-running': 'conflict',
  'job-signature': 'refused',
  'job-stale': 'refused',
  'kexec-failed': 'refused',
  'kexec-missing': 'refused',
  'machine-mismatch': 'refused',
  'memory-too-small': 'refused',
  'name-taken': 'conflict',
  'netboot-off': 'conflict',
  'network-changed': 'refused',
  'network-missing': 'refused',
  'network-unsupported': 'refused',
  'not-found': 'missing',
  'object-in-use': 'conflict',
  'object-refused': 'refused',
  'os-mismatch': 'refused',
  'plan-changed': 'conflict',
  'plugin-failed': 'refused',
  'port-unavailable': 'unavailable',
  'power-failed': 'internal',
  'power-is-off': 'conflict',
  'power-no-privilege': 'refused',
  'power-not-configured': 'refused',
  'power-not-supported': 'refused',
  'power-not-verified': 'unavailable',
  'power-untrusted': 'refused',
  'power-unreachable': 'unavailable',
  'power-wrong-cipher': 'refused',
  'power-wrong-password': 'refused',
  'program-failed': 'internal',
  'program-missing': 'unavailable',
  'protocol-mismatch': 'refused',
  'refused-by-plugin': 'refused',
  'remote-failed': 'internal',
  'revision-conflict': 'conflict',
  'rolled-back': 'internal',
  'secret-unreadable': 'internal',
  'secure-boot-changed': 'refused',
  'secure-boot-unsigned': 'refused',
  'size-mismatch': 'refused',
  'ssh-denied': 'auth',
  'staging-space-too-small': 'refused',
  'start-unsupported': 'refused',
  'store-failed': 'internal',
  'store-unreadable': 'internal',
  'sudo-denied': 'auth',
  'system-decommissioned': 'conflict',
  'template-error': 'refused',
  'token-invalid': 'auth',
  'tree-unrecognised': 'refused',
  unauthorized: 'auth',
  unreachable: 'unavailable',
  'update-rolled-back': 'internal',
  'update-unsupported': 'refused',
  'virt-host-unfit': 'refused',
} as const satisfies Record<string, keyof typeof classes>;

export type ErrorCode = keyof typeof errorCodes;

/** HTTP status and exit code of a class. */
export const errorClass = (name: keyof typeof classes): { http: number; exit: number } =>
  classes[name];

/** One thing that is wrong with an input. */
export const ErrorDetail = z.object({
  /** Path of the field, as in `interfaces.0.mac`. */
  field: z.string(),
  problem: z.string(),
  /** What was given, where that is not a secret. */
  value: z.unknown().optional(),
  remedy: z.string().optional(),
});
export type ErrorDetail = z.infer<typeof ErrorDetail>;

const codes = Object.keys(errorCodes) as [ErrorCode, ...ErrorCode[]];

/** An error as it travels: over HTTP, into a job's record, to the screen. */
export const ErrorBody = z.object({
  /** A code of a newer version reads as `internal`. */
  code: z.enum(codes).catch('internal'),
  message: z.string(),
  remedy: z.string().optional(),
  details: z.array(ErrorDetail).optional(),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/**
 * The one error type that crosses a border (HTTP, link, exit code). `message` says what is wrong,
 * `remedy` what to do next; the origin stays in `cause`.
 */
export class ResoleError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string | undefined;
  readonly details: ErrorDetail[];

  constructor(
    code: ErrorCode,
    message: string,
    options: { remedy?: string; details?: ErrorDetail[]; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ResoleError';
    this.code = code;
    this.remedy = options.remedy;
    this.details = options.details ?? [];
  }

  get httpStatus(): number {
    return errorClass(errorCodes[this.code]).http;
  }

  get exitCode(): number {
    return errorClass(errorCodes[this.code]).exit;
  }

  toBody(): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      ...(this.remedy === undefined ? {} : { remedy: this.remedy }),
      ...(this.details.length === 0 ? {} : { details: this.details }),
    };
  }
}
