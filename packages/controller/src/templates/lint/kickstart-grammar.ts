/**
 * What a kickstart file may say, by version: pykickstart's command and section classes and Red Hat's
 * "Kickstart commands and options reference" of RHEL 7 to 10. Versions are those of RHEL; Fedora,
 * which is ahead of them, counts as 11.
 *
 * An option, or a command's life, is written `--name@FIRST-LAST!DEPRECATED`, each part left out where
 * it says nothing: `--nohome@8`, `--isUtc@-9!9`.
 */

/** Command → its life, then its options; `*` takes any option. */
export const commands: Readonly<Record<string, string>> = {
  auth: '@-9!8 *',
  authconfig: '@-9!8 *',
  authselect: '@8 *',
  autopart:
    '@7 --type --encrypted --cipher --passphrase --escrowcert --backuppassphrase --nolvm --fstype ' +
    '--nohome@8 --noboot@8 --noswap@8 --luks-version@8 --pbkdf@8 --pbkdf-memory@8 --pbkdf-time@8 ' +
    '--pbkdf-iterations@8 --hibernation@9',
  autostep: '@-9!9 --autoscreenshot',
  bootloader:
    '@7 --append --boot-drive --default --disabled --driveorder --extlinux --iscrypted ' +
    '--leavebootorder --location --md5pass@-9 --nombr --password --sdboot@10 --timeout --upgrade@-8',
  btrfs:
    '@7 --noformat --useexisting --label --data --metadata --subvol --parent --name --mkfsoptions',
  cdrom: '@7',
  clearpart: '@7 --all --cdl --disklabel --drives --initlabel --linux --list --none',
  cmdline: '@7 --non-interactive@8',
  device: '@-8!8 *',
  deviceprobe: '@-8!8',
  dmraid: '@-8!8 --name --dev',
  driverdisk: '@7 --source --biospart --type',
  eula: '@7 --agreed',
  fcoe: '@7 --nic --dcb --autovlan',
  firewall:
    '@7 --enabled --enable --disabled --disable --port --service --trust --ssh --telnet --smtp ' +
    '--http --ftp --remove-service --use-system-defaults@8',
  firstboot: '@7 --enable --enabled --disable --disabled --reconfig',
  graphical: '@7 --non-interactive@8',
  group: '@7 --name --gid',
  halt: '@7 --eject',
  harddrive: '@7 --partition --dir --biospart@-8',
  hmc: '@7',
  ignoredisk: '@7 --drives --only-use --interactive@-8',
  install: '@-8!8',
  iscsi: '@7 --target --ipaddr --port --user --password --reverse-user --reverse-password --iface',
  iscsiname: '@7',
  keyboard: '@7 --vckeymap --xlayouts --switch',
  lang: '@7 --addsupport',
  liveimg: '@7 --url --proxy --noverifyssl --checksum',
  logging: '@7 --host --port --level@-9!9',
  logvol:
    '@7 --name --vgname --size --grow --maxsize --recommended --percent --fstype --fsoptions ' +
    '--fsprofile --label --mkfsoptions --noformat --useexisting --encrypted --passphrase --cipher ' +
    '--escrowcert --backuppassphrase --thinpool --thin --poolname --chunksize --metadatasize ' +
    '--profile --resize --hibernation --cachesize --cachemode --cachepvs --bytes-per-inode ' +
    '--luks-version@8 --pbkdf@8 --pbkdf-memory@8 --pbkdf-time@8 --pbkdf-iterations@8',
  mediacheck: '@7',
  method: '@-9!9 *',
  module: '@8 --name --stream --disable',
  mount: '@8 --reformat --mkfsoptions --mountoptions',
  multipath: '@-8!8 *',
  network:
    '@7 --activate --no-activate@8 --bindto --bondopts --bondslaves --bootproto --bridgeopts ' +
    '--bridgeslaves --device --dhcpclass --essid --ethtool --gateway --hostname --interfacename ' +
    '--ip --ipv6 --ipv6gateway --mtu --nameserver --netmask --nodefroute --nodns --noipv4 --noipv6 ' +
    '--notksdevice --onboot --teamconfig@-9!9 --teamslaves@-9!9 --vlanid --wepkey --wpakey ' +
    '--ipv4-dns-search@10 --ipv6-dns-search@10 --ipv4-ignore-auto-dns@10 --ipv6-ignore-auto-dns@10',
  nfs: '@7 --server --dir --opts',
  nvdimm: '@-9 *',
  ostreecontainer: '@10 --stateroot --url --remote --transport --no-signature-verification',
  ostreesetup: '@7 --osname --remote --url --ref --nogpg',
  part:
    '@7 --active@-8 --asprimary --size --grow --maxsize --recommended --hibernation --fstype ' +
    '--fsoptions --fsprofile --label --mkfsoptions --noformat --usepart --onpart --useexisting ' +
    '--ondisk --ondrive --onbiosdisk --encrypted --passphrase --cipher --escrowcert ' +
    '--backuppassphrase --resize --type@-8 --luks-version@8 --pbkdf@8 --pbkdf-memory@8 ' +
    '--pbkdf-time@8 --pbkdf-iterations@8',
  poweroff: '@7 --eject',
  raid:
    '@7 --level --device --fstype --fsoptions --fsprofile --label --mkfsoptions --noformat ' +
    '--useexisting --spares --encrypted --passphrase --cipher --escrowcert --backuppassphrase ' +
    '--chunksize --luks-version@8 --pbkdf@8 --pbkdf-memory@8 --pbkdf-time@8 --pbkdf-iterations@8',
  rdp: '@10 --enabled --username --password',
  realm:
    '@7 --client-software --computer-ou --membership-software --no-password --one-time-password ' +
    '--server-software',
  reboot: '@7 --eject --kexec@8',
  repo:
    '@7 --name --baseurl --mirrorlist --metalink@8 --cost --excludepkgs --includepkgs ' +
    '--ignoregroups@-9 --install --noverifyssl --proxy --sslcacert@8 --sslclientcert@8 --sslclientkey@8',
  reqpart: '@7 --add-boot',
  rescue: '@7 --nomount --romount',
  rhsm: '@8 --organization --activation-key --connect-to-insights --server-hostname --rhsm-baseurl --proxy',
  rootpw: '@7 --iscrypted --lock --plaintext --allow-ssh@9',
  selinux: '@7 --disabled --enforcing --permissive',
  services: '@7 --enabled --disabled',
  shutdown: '@7 --eject',
  skipx: '@7',
  snapshot: '@7 --name --when',
  sshkey: '@8 --username',
  sshpw: '@7 --username --iscrypted --plaintext --lock --sshkey@8',
  syspurpose: '@8-9!9 --role --sla --usage --addon',
  text: '@7 --non-interactive@8',
  timesource: '@9 --ntp-server --ntp-pool --ntp-disable --nts',
  timezone: '@7 --utc --isUtc@-9!9 --nontp@-9!9 --ntpservers@-9!9',
  unsupported_hardware: '@-7',
  updates: '@7',
  upgrade: '@-8!8 --root-device',
  url: '@7 --url --proxy --noverifyssl --mirrorlist --metalink@8 --sslcacert@8 --sslclientcert@8 --sslclientkey@8',
  user: '@7 --name --homedir --iscrypted --plaintext --password --shell --uid --lock --gecos --gid --groups',
  vnc: '@7!10 --enabled --host --port --password',
  volgroup: '@7 --noformat --useexisting --pesize --reserved-space --reserved-percent',
  xconfig: '@7 --startxonboot --defaultdesktop',
  zerombr: '@7',
  zfcp: '@7 --devnum --wwpn --fcplun --scsiid@-8 --scsilun@-8',
  zipl: '@8 --secure-boot --no-secure-boot --force-secure-boot',
};

const script = '--interpreter --log --logfile --erroronfail';

/** Section, without its %, → its life, then its options. */
export const sections: Readonly<Record<string, string>> = {
  addon: '@7 *',
  anaconda: '@-9!9',
  certificate: '@10 --filename --dir',
  onerror: `@8 ${script}`,
  packages:
    '@7 --default --environment --exclude-weakdeps@8 --excludeWeakdeps@-9!9 --excludedocs ' +
    '--ignorebroken@8 --ignoremissing --inst-langs@8 --instLangs@-9!9 --multilib --nobase@-7 ' +
    '--nocore --retries@8 --timeout@8',
  post: `@7 ${script} --nochroot`,
  pre: `@7 ${script}`,
  'pre-install': `@8 ${script}`,
  traceback: `@7 ${script}`,
};
