import assert from 'node:assert/strict'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HOME_FILES } from '../../../protocol/home.ts'
import { runHere } from '../support/in-process.ts'
import { useTemporaryFolder } from '../support/temporary-folder.ts'

describe('signing offline', () => {
  const folder = useTemporaryFolder()
  const at = (name: string) => join(folder(), name)
  const keyOf = (organisation: string, name: string) =>
    join(at(organisation), HOME_FILES.userKeys, `${name}.json`)

  async function run(organisation: string, ...args: string[]) {
    return runHere(['--home', at(organisation), '--json', ...args])
  }

  async function done(organisation: string, ...args: string[]): Promise<void> {
    const { code, stderr } = await run(organisation, ...args)
    assert.equal(code, 0, stderr)
  }

  const sign = (...more: string[]) =>
    run('acme', 'certify', 'dataset', at('data'), '--offline', '--out', at('signed'), ...more)

  async function isSigned(): Promise<boolean> {
    return stat(at('signed')).then(
      () => true,
      () => false,
    )
  }

  /** A network of acme, where alice is, and beta, where bob is; no node of it runs. */
  beforeEach(async () => {
    await done('acme', 'init', '--org', 'acme', '--person', 'alice')
    await done('beta', 'init', '--org', 'beta', '--person', 'bob')
    const members: string[] = []
    for (const name of ['acme', 'beta']) {
      await done(name, 'identity', '--out', at(`${name}.json`))
      members.push('--member', at(`${name}.json`))
    }
    await done('acme', 'network', 'create', 'test', ...members, '--out', at('genesis.json'))
    await done('acme', 'network', 'join', at('genesis.json'))
    await writeFile(at('data'), '1,2,3')
  })

  it('takes a person whom genesis names for this organisation, without a remark', async () => {
    const { code, stderr } = await sign()
    assert.equal(code, 0, stderr)
    assert.doesNotMatch(stderr, /began without/)
    assert.ok(await isSigned())
  })

  it('refuses a person whom genesis names for another organisation', async () => {
    const { code, json, stderr } = await sign('--key', keyOf('beta', 'person-bob'))
    assert.deepEqual([code, (json().error as { code: string }).code], [1, 'key-unsuitable'])
    assert.match(stderr, /key of bob belongs to beta, and this home to acme/)
    assert.equal(await isSigned(), false)
  })

  it('refuses a key that only its file calls a person', async () => {
    const admin = await readFile(keyOf('acme', 'admin'), 'utf8')
    await writeFile(at('key.json'), admin.replace('"class": "admin"', '"class": "person"'), {
      mode: 0o600,
    })
    const { code, stderr } = await sign('--key', at('key.json'))
    assert.equal(code, 1, stderr)
    assert.match(stderr, /knows the key of admin as its admin key/)
    assert.equal(await isSigned(), false)
  })

  it('says of a key that genesis does not name what it takes', async () => {
    await done('later', 'init', '--org', 'later', '--person', 'carol')
    const { code, stderr } = await sign('--key', keyOf('later', 'person-carol'))
    assert.equal(code, 0, stderr)
    assert.match(stderr, /test began without the key of carol.*person add/)
    assert.ok(await isSigned())
  })
})
