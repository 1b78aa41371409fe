import { join } from 'node:path'
import type { GenesisDocument } from '../../protocol/chain/genesis.ts'
import { type Digest, digestOf } from '../../protocol/digest.ts'
import { schemaCheck } from '../../protocol/encoding/schema.ts'
import { HOME_FILES } from '../../protocol/home.ts'
import { type Policy, PolicySchema } from '../../protocol/policies/policy.ts'
import { isRejection, refuse } from '../../protocol/rejection.ts'
import { CliError } from '../cli-error.ts'
import type { Context } from '../context.ts'
import { parseYamlBytes, refusedIn, YAML_BYTES_MAX } from '../input/safe-yaml.ts'
import { readInputFile } from '../read-input.ts'

/** The policy of whoever verifies, and where it is from. */
export interface PolicyFile {
  /** As they are written, with nothing filled in. */
  readonly rules: Policy
  readonly path: string
  /** `flag`: named on the command line. `home`: the home's own. */
  readonly origin: 'flag' | 'home'
  /** Of the bytes of the file. */
  readonly sha256: Digest
}

const checkPolicy = schemaCheck(PolicySchema)

/**
 * The policy that counts: the one that was named, else the home's own, else none. One that is there
 * and cannot be used is an error: it never counts as none.
 *
 * @param named path of `--policy`
 * @param members of the network whose artefacts are verified
 * @throws CliError `bad-document`, `schema-violation` or `unknown-organisation` with the line, or why the
 *   file cannot be read
 */
export async function openPolicy(
  context: Context,
  named: string | undefined,
  { members }: Pick<GenesisDocument, 'members'>,
): Promise<PolicyFile | undefined> {
  const path = named ?? join(context.home, HOME_FILES.policy)
  const bytes = await (named === undefined ? readOwn(path) : readInputFile(path, YAML_BYTES_MAX))
  if (bytes === undefined) return undefined
  const file = parseYamlBytes(path, bytes)
  const rules = file.value as Policy
  const fault = checkPolicy(file.value) ?? strangerIn(rules, members)
  if (isRejection(fault)) throw refusedIn(file, fault)
  return { rules, path, origin: named === undefined ? 'home' : 'flag', sha256: digestOf(bytes) }
}

/** Undefined where the home, or the policy in it, is not there. */
async function readOwn(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readInputFile(path, YAML_BYTES_MAX)
  } catch (error) {
    if (error instanceof CliError && error.code === 'path-missing') return undefined
    throw error
  }
}

/** A name that is misspelt would switch the rule off without a word. */
function strangerIn({ advisories }: Policy, members: GenesisDocument['members']) {
  const names = new Set(members.map(({ organisation }) => organisation))
  const stranger = advisories?.from?.findIndex((name) => !names.has(name)) ?? -1
  if (stranger < 0) return undefined
  const detail = `/advisories/from/${stranger}: no member is called ${advisories?.from?.[stranger]}`
  return refuse('unknown-organisation', detail)
}
