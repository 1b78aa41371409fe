import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  describeEnvironment,
  type EnvironmentOptions,
} from '../../../../cli/capture/environment/describe-environment.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

const SECRET = 'hunter2hunter2'

describe('the environment of a run', function () {
  this.timeout(30_000)
  const folder = useTemporaryFolder()
  const at = (...parts: string[]) => join(folder(), ...parts)
  const put = async (name: string, text: string) => {
    await mkdir(dirname(at(name)), { recursive: true })
    await writeFile(at(name), text)
  }
  const git = (...args: string[]) => {
    const identity = ['-c', 'user.name=A', '-c', 'user.email=a@example.org']
    return execFileSync('git', [...identity, ...args], { cwd: folder(), encoding: 'utf8' }).trim()
  }
  const repository = async () => {
    git('init', '-q', '-b', 'main')
    await put('train.py', 'print(1)\n')
    await put('.gitignore', 'ignored\n')
    git('add', '.')
    git('commit', '-q', '-m', 'first')
    return git('rev-parse', 'HEAD')
  }
  const describeIt = (more: Partial<EnvironmentOptions> = {}) => {
    const { signal } = new AbortController()
    return describeEnvironment({ project: folder(), argv: ['true'], files: [], signal, ...more })
  }
  const dirtyOf = async (more?: Partial<EnvironmentOptions>) => (await describeIt(more)).code?.dirty

  it('tells commit and branch, and nothing of a folder without git', async () => {
    assert.equal((await describeIt()).code, undefined)
    const commit = await repository()
    assert.deepEqual((await describeIt()).code, { commit, branch: 'main' })
    await put('ignored', 'x')
    assert.equal(await dirtyOf(), undefined)
  })

  it('names the remote without its credentials', async () => {
    await repository()
    git('remote', 'add', 'origin', `https://someone:${SECRET}@git.example/team/work.git`)
    const environment = await describeIt()
    assert.equal(environment.code?.remote, 'https://git.example/team/work.git')
    assert.deepEqual(environment.redacted, ['credentials in the git remote'])
    assert.ok(!JSON.stringify(environment).includes(SECRET))
  })

  it('gives each difference to the commit its own digest', async () => {
    await repository()
    await put('train.py', 'print(2)\n')
    const changed = await dirtyOf()
    assert.match(changed ?? '', /^[0-9a-f]{64}$/)
    assert.equal(await dirtyOf(), changed)
    await put('new.py', 'x')
    const withNew = await dirtyOf()
    assert.notEqual(withNew, changed)
    await put('new.py', 'y')
    assert.notEqual(await dirtyOf(), withNew)
    git('add', '-A')
    git('commit', '-q', '-m', 'second')
    assert.equal(await dirtyOf(), undefined)
  })

  it('takes no digest of secret files, nor of what the run wrote', async () => {
    await repository()
    await put('.env', `TOKEN=${SECRET}\n`)
    await put('model.bin', 'weights')
    const environment = await describeIt({ written: [at('model.bin')] })
    assert.equal(environment.code?.dirty, undefined)
    assert.deepEqual(environment.redacted, ['file .env'])
    git('add', '-A')
    git('commit', '-q', '-m', 'secrets, by mistake')
    await put('.env', 'TOKEN=other\n')
    await put('model.bin', 'other weights')
    assert.equal(await dirtyOf({ written: [at('model.bin')] }), undefined)
  })

  it('runs nothing that the repository names', async () => {
    await repository()
    await put('evil.sh', `#!/bin/sh\ntouch ${at('ignored')}\n`)
    await chmod(at('evil.sh'), 0o755)
    git('config', 'core.fsmonitor', at('evil.sh'))
    git('config', 'diff.external', at('evil.sh'))
    await describeIt()
    assert.throws(() => execFileSync('cat', [at('ignored')], { stdio: 'ignore' }))
  })

  it('names the Python packages whose files were read, by their own descriptions', async () => {
    const site = 'venv/lib/python3.11/site-packages'
    await put(`${site}/numpy-1.26.4.dist-info/METADATA`, 'Name: numpy\nVersion: 1.26.4\n\nText')
    await put(`${site}/numpy-1.26.4.dist-info/RECORD`, 'numpy/__init__.py,sha256=x,1\n')
    await put(
      `${site}/scikit_learn-1.5.0.dist-info/METADATA`,
      'Name: scikit-learn\nVersion: 1.5.0\n',
    )
    await put(`${site}/scikit_learn-1.5.0.dist-info/top_level.txt`, 'sklearn\n')
    await put(`${site}/unread-1.dist-info/METADATA`, 'Name: unread\nVersion: 1\n')
    await put(`${site}/evil-1.dist-info/METADATA`, 'Name: ../../x\nVersion: 1\n')
    await put(`${site}/six-1.16.0.egg-info`, 'Name: six\nVersion: 1.16.0\n')
    const read = ['numpy/__init__.py', 'sklearn/base.py', 'evil/x.py', 'six.py']
    const { software } = await describeIt({ files: read.map((name) => at(site, name)) })
    assert.deepEqual(software, [
      { purl: 'pkg:generic/python@3.11', how: 'observed' },
      { purl: 'pkg:pypi/numpy@1.26.4', how: 'observed' },
      { purl: 'pkg:pypi/scikit-learn@1.5.0', how: 'observed' },
      { purl: 'pkg:pypi/six@1.16.0', how: 'observed' },
    ])
  })

  it('tells distributions that share a namespace apart, by what was read of it', async () => {
    const site = 'venv/lib/python3.11/site-packages'
    for (const name of ['core', 'storage-blob', 'search']) {
      const folder = `${site}/azure_${name.replace('-', '_')}-1.0.egg-info`
      await put(`${folder}/PKG-INFO`, `Name: azure-${name}\nVersion: 1.0\n`)
      await put(`${folder}/top_level.txt`, 'azure\n')
    }
    await put(`${site}/protobuf-4.0.dist-info/METADATA`, 'Name: protobuf\nVersion: 4.0\n')
    await put(`${site}/protobuf-4.0.dist-info/RECORD`, 'azure/buffers/x.py,sha256=x,1\n')
    const packagesOf = async (...files: string[]) => {
      const { software } = await describeIt({ files: files.map((name) => at(site, name)) })
      return software.filter(({ purl }) => purl.startsWith('pkg:pypi/'))
    }
    assert.deepEqual(await packagesOf('azure/storage/blob/x.py', 'azure/buffers/x.py'), [
      { purl: 'pkg:pypi/azure-storage-blob@1.0', how: 'observed' },
      { purl: 'pkg:pypi/protobuf@4.0', how: 'observed' },
    ])
    const any = await packagesOf('azure/__init__.py')
    assert.equal(any.length, 4)
    assert.ok(any.every(({ how }) => how === 'inferred'))
    assert.deepEqual(await packagesOf('azure-nspkg.pth', 'azure_core-1.0.egg-info/PKG-INFO'), [])
  })

  it('names R and its packages, by their own descriptions', async () => {
    const library = (name: string, text: string) => put(`R/site-library/${name}/DESCRIPTION`, text)
    await library('stats', 'Package: stats\nVersion: 4.2.2\nPriority: base\n')
    await library('jsonlite', 'Package: jsonlite\nVersion: 1.8.4\n')
    await library('evil', 'Package: other\nVersion: 1\n')
    const read = ['stats/R/stats.rdb', 'jsonlite/Meta/package.rds', 'evil/R/x', 'unread/help/x']
    const { software } = await describeIt({ files: read.map((name) => at('R/site-library', name)) })
    assert.deepEqual(software, [
      { purl: 'pkg:cran/jsonlite@1.8.4', how: 'observed' },
      { purl: 'pkg:generic/R@4.2.2', how: 'observed' },
    ])
  })

  it('names the npm packages whose files were read, and the interpreter', async () => {
    await put('node_modules/a/package.json', '{"name":"a","version":"1.2.3"}')
    await put('node_modules/@s/b/package.json', '{"name":"@s/b","version":"2.0.0"}')
    await put('node_modules/@s/b/node_modules/c/package.json', '{"name":"c","version":"3.0.0"}')
    await put('node_modules/broken/package.json', '{"name":')
    const files = ['a/index.js', '@s/b/x.js', '@s/b/node_modules/c/x.js', 'broken/x.js']
    const { software } = await describeIt({
      argv: [process.execPath, 'train.js'],
      files: files.map((name) => at('node_modules', name)),
    })
    assert.deepEqual(software, [
      { purl: `pkg:generic/node@${process.versions.node}`, how: 'inferred' },
      { purl: 'pkg:npm/%40s/b@2.0.0', how: 'observed' },
      { purl: 'pkg:npm/a@1.2.3', how: 'observed' },
      { purl: 'pkg:npm/c@3.0.0', how: 'observed' },
    ])
  })

  it('does not run a program that it does not know, nor one that never ends', async () => {
    await put('train', `#!/bin/sh\ntouch ${at('ran')}\n`)
    await chmod(at('train'), 0o755)
    await describeIt({ argv: ['./train', '--version'] })
    assert.throws(() => execFileSync('cat', [at('ran')], { stdio: 'ignore' }))
    await put('python3', '#!/bin/sh\nexec sleep 600\n')
    await chmod(at('python3'), 0o755)
    assert.deepEqual((await describeIt({ argv: [at('python3'), 't.py'] })).software, [])
  })

  it('tells the machine, and neither its name nor its user', async () => {
    const { hardware } = await describeIt()
    assert.equal(hardware.platform, process.platform)
    assert.ok(Number(hardware.cores) >= 1)
    assert.ok(Number(hardware.memoryBytes) > 0)
    for (const name of ['hostname', 'user', 'host']) assert.ok(!(name in hardware))
  })

  it('says where the inside cannot be seen', async () => {
    const opaque = async (...argv: string[]) => (await describeIt({ argv })).opaque
    assert.match((await opaque('docker', 'run', 'x'))[0] ?? '', /`docker` runs in a container/)
    assert.match((await opaque('env', 'A=1', 'python', '-m', 'papermill'))[0] ?? '', /notebook/)
    assert.match((await opaque('ssh', 'far', 'python'))[0] ?? '', /another machine/)
    assert.deepEqual(await opaque('python', 'train.py', '--data', 'docker'), [])
    assert.deepEqual(await opaque('docker', 'ps'), [])
  })
})
