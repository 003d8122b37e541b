import { type ErrorBody, ResoleError } from '@resole/protocol';

/** An error that came as data, as one that can be thrown. */
export const errorOfBody = ({ code, message, remedy, details }: ErrorBody): ResoleError =>
  new ResoleError(code, message, {
    ...(remedy === undefined ? {} : { remedy }),
    ...(details === undefined ? {} : { details }),
  });

/** Whatever was thrown. */
export const asResoleError = (error: unknown): ResoleError =>
  error instanceof ResoleError
    ? error
    : new ResoleError('internal', error instanceof Error ? error.message : String(error), {
        cause: error,
      });
