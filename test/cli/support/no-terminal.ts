import { spawnSync } from 'node:child_process'

const { stdout } = spawnSync('script', ['--version'], { encoding: 'utf8' })

/** The `script` of util-linux gives a program a terminal; others take other arguments. */
export const NO_TERMINAL: string | undefined = /util-linux/.test(stdout ?? '')
  ? undefined
  : 'this machine has no `script` of util-linux'
