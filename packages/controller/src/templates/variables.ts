/** What every answer-file template can use. A template that uses anything else is an error. */
import type { Arch, ImageFormat, Interface, Network, Repo } from '@resole/protocol';

export interface AnswerVariables {
  job: { id: string; attempt: number };
  system: { id: string; name: string; hostname: string };
  profile: { name: string };
  /** `major` is the number that the version begins with; 9999 where it has none (rolling releases). */
  distro: { name: string; breed: string; version: string; major: number; arch: Arch };
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
     * device/wwid), `path:` (part of its path in sysfs) or `name:`; or `only`, the only one that is
     * not removable.
     */
    id: string;
    /** Bytes, exactly; 0 where nobody has seen the machine yet: any size. */
    size: number;
  };
  /** The live network: what the installer has. */
  network: Network;
  /** What the new OS configures; what others are built on comes first. */
  interfaces: InterfaceVariables[];
  name_servers: string[];
  search_domains: string[];
  /** Those for the distro's architecture. */
  repos: RepoVariables[];
  /** As in `http://proxy.example.org:3128`. */
  proxy?: string;
  /** Kernel arguments of the installed OS, joined by spaces. */
  kernel_options_post: string;
  /** For /etc/shadow; without it root has no password and can't be logged in with one. */
  root_password_hash?: string;
  /** People of the new system, beside root: from `vars.users`. */
  users: UserVariables[];
  /** What an installer that insists on a password gets, for as long as it runs; nobody can guess it. */
  setup_password: string;
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

export interface InterfaceVariables {
  /** The name that the new OS gives it. */
  name: string;
  kind: 'ethernet' | 'bond' | 'vlan' | 'bridge';
  /** Of the hardware: what an ethernet interface is found by. */
  mac?: string;
  /** Name of the bond or bridge that it is a member of. */
  master?: string;
  /** Of a bond or bridge: names. */
  members?: string[];
  /** Of a bond, as the kernel names it; without it the kernel's own default (balance-rr). */
  mode?: NonNullable<Interface['bond']>['mode'] & string;
  /** Of a bond: further options of the kernel's bonding driver. */
  options?: Record<string, string>;
  vlan?: { id: number; parent: string };
  mtu?: number;
  /** Exactly one is: the one that carries the default routes that it can, and the name servers. */
  primary: boolean;
  ipv4: {
    method: 'dhcp' | 'static' | 'none';
    /** With a method other than `static`: none. */
    addresses: { address: string; prefix: number; netmask: string }[];
    gateway?: string;
    /** Whether the default route of this IP version leads through here: of one interface at most. */
    default_route: boolean;
  };
  ipv6: {
    /** `auto` is SLAAC by router advertisement, `dhcp` is DHCPv6. */
    method: 'auto' | 'dhcp' | 'static' | 'none';
    addresses: { address: string; prefix: number }[];
    gateway?: string;
    default_route: boolean;
  };
}

export interface UserVariables {
  name: string;
  /** Public keys. */
  keys: string[];
  groups: string[];
  /** All commands: by the password where there is one, else without. */
  sudo: boolean;
  shell: string;
  /** For /etc/shadow; without it nobody comes in by password. */
  password_hash?: string;
}

export interface RepoVariables {
  name: string;
  type: Repo['type'];
  url: string;
  /** What the URL leads to; `mirrorlist` and `metalink` are dnf's. */
  url_kind: NonNullable<Repo['urlKind']>;
  arch?: Arch;
  /** apt: release names and components. */
  suites: string[];
  components: string[];
  /** The armoured public key that it is signed with. */
  key?: string;
  /** Of the keys in `key`: hex, capital. */
  key_fingerprints: string[];
  priority?: number;
  enabled: boolean;
  /** As they stand in sources.list or a .repo file. */
  options: Record<string, string>;
  proxy?: string;
}
