import { basename } from 'node:path'

interface Launcher {
  /** Of the command line. */
  readonly program: RegExp
  /** Which of its arguments makes it one; any if absent. */
  readonly verb?: RegExp
  readonly says: string
}

/** Programs that let the work be done where nobody here can see it. */
const LAUNCHERS: readonly Launcher[] = [
  {
    program: /^(?:docker|podman|nerdctl)$/,
    verb: /^(?:run|exec|compose|start|create|build)$/,
    says: 'runs in a container that its own daemon starts: what happens inside was not seen',
  },
  {
    program: /^(?:docker-compose|apptainer|singularity)$/,
    says: 'runs in a container: what happens inside may not have been seen',
  },
  {
    program: /^(?:ssh|mosh|rsync)$/,
    says: 'works on another machine: what happens there was not seen',
  },
  {
    program: /^(?:srun|sbatch|salloc|qsub|bsub|condor_submit|flux)$/,
    says: 'hands the work to a batch system: the remote job was not seen',
  },
  {
    program: /^(?:kubectl|oc|helm|argo)$/,
    says: 'hands the work to a cluster: the remote job was not seen',
  },
  {
    program: /^(?:aws|gcloud|az|databricks|sky|modal|ray|dstack|runpodctl)$/,
    says: 'hands the work to a remote service: what happens there was not seen',
  },
  {
    program: /^(?:jupyter|jupyter-.+|ipython|papermill|marimo)$/,
    says: 'works through a notebook: a kernel that ran before was not seen',
  },
]

/** Where the inside of a command cannot be seen, a sentence each. */
export function opaqueParts(argv: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const [at, argument] of argv.entries()) {
    const program = basename(argument)
    // An argument further on may happen to be called like a program, as a folder or a data set.
    const isCommand =
      at === 0 || /^(?:env|nice|time|nohup|timeout|-m|sudo|--)$/.test(argv[at - 1] ?? '')
    if (!isCommand) continue
    const launcher = LAUNCHERS.find((known) => known.program.test(program))
    if (launcher === undefined) continue
    const rest = argv.slice(at + 1)
    const { verb } = launcher
    if (verb !== undefined && !rest.some((word) => verb.test(word))) continue
    found.add(`\`${program}\` ${launcher.says}`)
  }
  return [...found]
}
