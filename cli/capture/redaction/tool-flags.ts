/** Short flags that carry a secret, by the tool that gives them this meaning. */
const TOOLS: Readonly<Record<string, readonly string[]>> = {
  mysql: ['-p'],
  mysqldump: ['-p'],
  mysqladmin: ['-p'],
  mariadb: ['-p'],
  mongo: ['-p'],
  mongosh: ['-p'],
  mongodump: ['-p'],
  mongoexport: ['-p'],
  sshpass: ['-p'],
  docker: ['-p'],
  podman: ['-p'],
  curl: ['-u', '-U', '-b', '--user', '--proxy-user'],
  wget: ['--user', '--http-user', '--ftp-user'],
  http: ['-a'],
  https: ['-a'],
  'redis-cli': ['-a'],
  ldapsearch: ['-w'],
  zip: ['-P'],
  unzip: ['-P'],
  '7z': ['-p'],
  openssl: ['-passin', '-passout', '-k', '-K'],
  gpg: ['--passphrase'],
  smbclient: ['-U'],
  rclone: ['--user'],
}

/**
 * Whether an argument is a credential to the tool in whose command line it stands.
 *
 * @param before the arguments in front of it, the command included
 * @returns `next` when the secret is the argument after it, or the flag when the secret is glued to it
 */
export function credentialFlag(argument: string, before: readonly string[]): string | undefined {
  if (!argument.startsWith('-')) return undefined
  const flags = before.flatMap((earlier) => flagsOf(earlier, before))
  if (flags.includes(argument)) return 'next'
  return flags.find((flag) => /^-[A-Za-z]$/.test(flag) && argument.startsWith(flag))
}

function flagsOf(argument: string, command: readonly string[]): readonly string[] {
  const tool = argument.slice(argument.lastIndexOf('/') + 1)
  if (!Object.hasOwn(TOOLS, tool)) return []
  // `docker run -p 80:80` names a port.
  const isRegistry = tool === 'docker' || tool === 'podman'
  return isRegistry && !command.includes('login') ? [] : (TOOLS[tool] ?? [])
}
