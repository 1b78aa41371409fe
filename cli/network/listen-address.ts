import { cliError } from '../cli-error.ts'
import { freePort } from './free-port.ts'

const DEFAULT_LISTEN = '/ip4/127.0.0.1/tcp/0'
const ADDRESS = /^\/(ip4|ip6|dns|dns4|dns6)\/([0-9A-Za-z.:-]{1,253})\/tcp\/([0-9]{1,5})$/
const ANY_HOST = new Set(['0.0.0.0', '::'])
const PORT_MAX = 65_535

/**
 * The addresses to listen on, every port chosen: a node keeps its port for life, because the others
 * have it in their genesis.
 *
 * @throws CliError `usage` or `no-free-port`
 */
export async function listenAddresses(wanted: readonly string[]): Promise<readonly string[]> {
  const addresses: string[] = []
  for (const text of wanted.length === 0 ? [DEFAULT_LISTEN] : wanted) {
    const { kind, host, port } = parseAddress(text)
    addresses.push(`/${kind}/${host}/tcp/${port === 0 ? await freePort(host) : port}`)
  }
  return addresses
}

/**
 * What the others are told to dial.
 *
 * @throws CliError `usage` when that would be an address of no particular machine
 */
export function announcedAddresses(
  listen: readonly string[],
  announce: readonly string[],
): readonly string[] {
  for (const text of announce) parseAddress(text)
  if (announce.length > 0) return announce
  const vague = listen.find((text) => ANY_HOST.has(parseAddress(text).host))
  if (vague === undefined) return listen
  throw cliError('usage', `${vague} names no machine that the others could dial`, {
    hint: 'add --announce /ip4/ADDRESS/tcp/PORT, or /dns4/NAME/tcp/PORT',
  })
}

interface Address {
  readonly kind: string
  readonly host: string
  readonly port: number
}

function parseAddress(text: string): Address {
  const [, kind, host, port] = ADDRESS.exec(text) ?? []
  if (kind !== undefined && host !== undefined && Number(port) <= PORT_MAX) {
    return { kind, host, port: Number(port) }
  }
  throw cliError('usage', `${text} is not an address like /ip4/127.0.0.1/tcp/4001`)
}
