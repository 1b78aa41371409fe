import assert from 'node:assert/strict'
import { homedir, hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { shownPath, withoutOwnNames } from '../../../../cli/capture/redaction/own-names.ts'
import { isSecretPath, redactArgv } from '../../../../cli/capture/redaction/redact.ts'
import { isSecretName } from '../../../../cli/capture/redaction/secret-names.ts'
import { redactText } from '../../../../cli/capture/redaction/secret-text.ts'

/** Nothing that the rest of a command line could hold by chance. */
const secrets = fc.stringMatching(/^[A-Za-z0-9!$%^*+_]{12,40}$/)
const names = fc.constantFrom(
  'password',
  'db-password',
  'token',
  'hf_token',
  'api-key',
  'API_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'client_secret',
  'passphrase',
  'jwt',
  'auth',
  'credentials',
  'OPENAI_APIKEY',
)
const harmless = fc.constantFrom('train.py', '--lr', '0.1', '-v', 'data/', 'epochs=3')

describe('the redaction of a command line', () => {
  const holds = (argv: readonly string[], secret: string) =>
    JSON.stringify(redactArgv(argv)).includes(secret)

  it('never tells the value of an argument with a secret name', () => {
    const around = fc.array(harmless, { maxLength: 4 })
    fc.assert(
      fc.property(names, secrets, around, around, (name, secret, before, after) => {
        const forms = [
          [`--${name}`, secret],
          [`--${name}=${secret}`],
          [`${name}=${secret}`],
          [`${name}=${secret} with more`],
          ['sh', '-c', `export ${name}=${secret}; python t.py`],
          ['sh', '-c', `run --${name} ${secret} --lr 1`],
          ['curl', '-d', `{"${name}": "${secret}"}`],
          ['curl', '-H', `${name}: ${secret}`],
          ['curl', `https://host.example/x?a=1&${name}=${encodeURIComponent(secret)}`],
        ]
        for (const form of forms) {
          const argv = ['python', ...before, ...form, ...after]
          assert.ok(!holds(argv, secret), JSON.stringify(redactArgv(argv)))
          assert.ok(redactArgv(argv).redacted.length > 0)
        }
      }),
    )
  })

  it('never tells credentials in a URL, also with odd passwords', () => {
    fc.assert(
      fc.property(secrets, fc.constantFrom('', '/', '@', ':'), (secret, odd) => {
        const argv = ['git', 'clone', `https://someone:${odd}${secret}${odd}@host.example/r.git`]
        assert.ok(!holds(argv, secret), JSON.stringify(redactArgv(argv)))
      }),
    )
    assert.deepEqual(redactArgv(['git', 'clone', 'https://u:p@host.example/r.git']), {
      argv: ['git', 'clone', 'https://host.example/r.git'],
      redacted: ['credentials in a URL'],
    })
  })

  it('knows tokens by their form', () => {
    const tokens = [
      `ghp_${'a1B2'.repeat(9)}`,
      `github_pat_${'a1B2_'.repeat(9)}`,
      `hf_${'aBcD'.repeat(8)}`,
      `sk-proj-${'aB3d'.repeat(8)}`,
      'AKIAIOSFODNN7EXAMPLE',
      `xoxb-${'12345-'.repeat(4)}abc`,
      `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${'a'.repeat(20)}`,
      `glpat-${'a1'.repeat(10)}`,
    ]
    for (const token of tokens) {
      assert.ok(!holds(['python', 't.py', '--tag', token], token), token)
      assert.ok(!holds(['python', '-c', `f("${token}")`], token), token)
    }
  })

  it('knows the short flags of the tools that give them this meaning, and of no others', () => {
    assert.ok(!holds(['mysql', '-u', 'bob', '-phunter2hunter2'], 'hunter2hunter2'))
    assert.ok(!holds(['sshpass', '-p', 'hunter2', 'ssh', 'h'], 'hunter2'))
    assert.ok(!holds(['curl', '-u', 'bob:hunter2', 'https://h'], 'hunter2'))
    assert.ok(!holds(['docker', 'login', '-p', 'hunter2'], 'hunter2'))
    assert.ok(holds(['docker', 'run', '-p', '8080:80'], '8080:80'))
    assert.ok(holds(['python', 't.py', '-p', '3'], '"3"'))
  })

  it('never tells a value of the environment', () => {
    assert.deepEqual(redactArgv(['env', '-i', 'REGION=north', 'A=1', 'python', 'lr=2']), {
      argv: ['env', '-i', 'REGION=<redacted>', 'A=<redacted>', 'python', 'lr=2'],
      redacted: ['environment value of REGION', 'environment value of A'],
    })
    const docker = ['docker', 'run', '-e', 'REGION=north', '--env=B=north', 'image', '--lr=1']
    assert.ok(!holds(docker, 'north'))
    assert.ok(holds(docker, '--lr=1'))
  })

  it('leaves what is no secret as it is', () => {
    const argv = [
      'python3',
      'train.py',
      '--lr',
      '0.1',
      '--max-tokens',
      '512',
      '--pad_token',
      '<pad>',
    ]
    assert.deepEqual(redactArgv([...argv, 'https://host.example:8080/a@1']), {
      argv: [...argv, 'https://host.example:8080/a@1'],
      redacted: [],
    })
  })

  it('tells ~ for the home, and neither the user nor the machine', () => {
    const own = { homes: ['/srv/people/mara'], users: ['mara'], hosts: ['lab-7'] }
    const shown = (text: string) => withoutOwnNames(text, own)
    assert.equal(shown('/srv/people/mara/data'), '~/data')
    assert.equal(shown('--owner=mara@lab-7'), '--owner=<user>@<host>')
    assert.equal(shown('/srv/people/maralee/x marathon'), '/srv/people/maralee/x marathon')
    assert.equal(shown('/home/other/x'), '/home/<user>/x')
    const [home] = redactArgv([join(homedir(), 'x')]).argv
    assert.equal(home, '~/x')
  })
})

describe('a shown path', () => {
  it('is relative in the project, and absolute without names outside', () => {
    const own = { homes: ['/home/mara'], users: ['mara'], hosts: ['lab-7'] }
    const shown = (path: string) => shownPath(path, '/home/mara/study', own)
    assert.equal(shown('/home/mara/study'), '.')
    assert.equal(shown('/home/mara/study/data/../a.csv'), 'a.csv')
    assert.equal(shown('/home/mara/study/..hidden'), '..hidden')
    assert.equal(shown('/home/mara/other/a.csv'), '~/other/a.csv')
    assert.equal(shown('/home/mara'), '~')
    assert.equal(shown('/usr/lib/x.so'), '/usr/lib/x.so')
    assert.equal(shown('/tmp/pytest-of-mara/lab-7/x'), '/tmp/pytest-of-<user>/<host>/x')
  })

  it('never holds the home of this machine', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z0-9 .]{1,8}$/)), (parts) => {
        const path = join(homedir(), ...parts)
        const shown = shownPath(path, '/nowhere/at/all')
        assert.ok(shown.startsWith('~') || !path.startsWith(homedir()), shown)
      }),
    )
    assert.ok(![userInfo().username, hostname()].includes(shownPath(homedir(), '/x')))
  })
})

describe('secret names and paths', () => {
  it('are told from harmless ones', () => {
    const secret =
      'dbPassword X-Api-Key HF_TOKEN refresh-token PGPASSWORD clientSecret JWT_KEY PASS'
    const open = 'tokenizer max_tokens eos_token_id author monkey keyboard passes bypass lr key'
    for (const name of secret.split(' ')) assert.ok(isSecretName(name), name)
    for (const name of open.split(' ')) assert.ok(!isSecretName(name), name)
  })

  it('are files of keys, passwords and variables', () => {
    const secret =
      '.env .env.local prod.env a/server.PEM id_rsa id_ed25519.pub /x/.ssh/config .netrc ' +
      '~/.aws/credentials keys/app.jks secrets.yaml .npmrc /proc/12/environ ' +
      'x/.git/config ~/.cache/huggingface/token home/user/keys/admin.json secrets.py src/secrets.py'
    const open =
      'environment.yml data.csv pem.txt model.bin secretary.csv aws/data .gitignore src/key.py ' +
      '/usr/lib/python3.11/secrets.py /etc/ssl/certs/ca.pem v/site-packages/certifi/cacert.pem'
    for (const path of secret.split(' ')) assert.ok(isSecretPath(path), path)
    for (const path of open.split(' ')) assert.ok(!isSecretPath(path), path)
  })
})

describe('the redaction of a text', () => {
  it('ends on any text, and redacts no further what it has redacted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const once = redactText(text)
        assert.equal(typeof once.text, 'string')
        assert.equal(redactText(once.text).text, once.text)
      }),
    )
  })

  it('takes no time on texts that were made to take it', () => {
    for (const part of [
      'a=',
      'a:',
      '"',
      "'",
      '--a ',
      'http://',
      'a.',
      '\\',
      'eyJa',
      '@',
      '-----BEGIN A PRIVATE KEY-----',
    ]) {
      redactText(part.repeat(20_000))
    }
  }).timeout(10_000)
})
