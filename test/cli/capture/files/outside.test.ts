import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type BytePath, bytePath } from '../../../../cli/capture/byte-path.ts'
import { mayBeData, placesInArguments } from '../../../../cli/capture/files/outside.ts'
import { realPathOfText } from '../../../../cli/capture/files/places.ts'
import { useTemporaryFolder } from '../../support/temporary-folder.ts'

describe('what lies outside a project', () => {
  const folder = useTemporaryFolder()
  const at = (...parts: string[]) => join(folder(), ...parts)

  it('may be data, unless it is software or its settings', () => {
    const data =
      '/data/a.csv /srv/set/img/1.png /home/x/.cache/huggingface/hub/m/model.bin /mnt/usr/a'
    const software =
      '/usr/share/zoneinfo/UTC /etc/hosts /proc/meminfo /home/x/.pyenv/versions/3/lib/a.txt ' +
      '/x/venv/lib/python3.11/a.py /x/site-packages/torch/a.txt /x/libtorch.so.2 /lib64/x ' +
      '/home/x/.cache/matplotlib/fontlist.json /home/x/.config/pip/pip.conf'
    for (const path of data.split(' ')) assert.ok(mayBeData(path as BytePath, 0o644n), path)
    for (const path of software.split(' ')) assert.ok(!mayBeData(path as BytePath, 0o644n), path)
    assert.ok(!mayBeData('/data/tool' as BytePath, 0o755n))
  })

  it('is found where the command line names it, and only what is there', async () => {
    for (const name of ['project/in', 'data/train', 'data/test'])
      await mkdir(at(name), { recursive: true })
    await writeFile(at('data/labels.csv'), '1')
    await writeFile(at('data/tool'), '1', { mode: 0o755 })
    const argv = [
      at('data/tool'),
      at('data/train'),
      `--labels=${at('data/labels.csv')}`,
      'test=../data/test',
      at('data/tool'),
      at('data/none'),
      at('project/in'),
      '..',
      '/',
      homedir(),
      '/usr/share',
      '--flag',
      'word',
      at('data/train'),
    ]
    const project = realPathOfText(at('project'))
    assert.deepEqual(
      placesInArguments(argv, at('project'), project),
      ['data/train', 'data/labels.csv', 'data/test'].map((name) =>
        bytePath(join(realPathOfText(folder()), name)),
      ),
    )
  })
})
