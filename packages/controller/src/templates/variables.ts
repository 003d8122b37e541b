/** What every answer-file template can use. A template that uses anything else is an error. */
import type { Arch, ImageFormat, Network } from '@resole/protocol';

export interface AnswerVariables {
  job: { id: string; attempt: number };
  system: { id: string; name: string; hostname: string };
  profile: { name: string };
  distro: { name: string; breed: string; version: string; arch: Arch };
  /** Full URLs, bound to the job; `events` takes `/start`, `/progress`, `/done`, `/failed`. */
  urls: {
    base: string;
    answer_file: string;
    tree: string;
    image: string;
    agent_zst: string;
    agent_gz: string;
    config: string;
    events: string;
    log: string;
  };
  /** Family "image" only. */
  image?: {
    format: ImageFormat;
    /** Of the file as it is served. */
    sha256: string;
    /** Bytes of the file as it is served. */
    size: number;
    /** Bytes that come out of it. */
    unpacked_size: number;
  };
  disk: {
    /**
     * Found without udev: `serial:` (/sys/block/…/serial or device/serial), `wwn:` (wwid or
     * device/wwid), `path:` (part of its path in sysfs) or `name:`.
     */
    id: string;
    /** Bytes, exactly. */
    size: number;
  };
  network: Network;
  agent: {
    /** Bytes of the unpacked executable. */
    size: number;
    /** Of the unpacked executable. */
    sha256: string;
    /** Text of /etc/resole/agent.yaml. */
    config: string;
    /** Text of /etc/resole/join-token. */
    join_token: string;
    /** Text of /etc/systemd/system/resole-agent.service. */
    unit: string;
  };
  /** `authorized_keys` are root's. */
  ssh: { authorized_keys: string[] };
  /** Free variables of distro, profile and system. */
  vars: Record<string, unknown>;
}
