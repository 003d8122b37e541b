/** An answer of a Redfish service, and what it says of a failure (DSP0266, "error responses"). */
import { z } from 'zod';

export interface Answer {
  status: number;
  etag: string | undefined;
  location: string | undefined;
  token: string | undefined;
  body: unknown;
}

const Failure = z.object({
  error: z.object({
    message: z.string().optional(),
    '@Message.ExtendedInfo': z
      .array(z.object({ MessageId: z.string().optional(), Message: z.string().optional() }))
      .catch([])
      .default([]),
  }),
});

const errorOf = ({ body }: Answer) => Failure.safeParse(body).data?.error;

/** Its own words, or the name of its message, or the status. */
export const saying = (answer: Answer): string => {
  const error = errorOf(answer);
  const [first] = error?.['@Message.ExtendedInfo'] ?? [];
  const words = first?.Message ?? first?.MessageId ?? error?.message;
  return words === undefined
    ? `HTTP status ${answer.status}`
    : `${words.slice(0, 300)} (${answer.status})`;
};

/** Whether it names a message of a registry, as `Base.1.8.SessionLimitExceeded`. */
export const says = (answer: Answer, name: RegExp): boolean =>
  errorOf(answer)?.['@Message.ExtendedInfo'].some(({ MessageId = '' }) => name.test(MessageId)) ===
  true;
