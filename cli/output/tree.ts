/** One line of a drawn tree. */
export interface Branch {
  readonly label: string
  /** What grows on it; a tree draws the same thing out once. */
  readonly grows?: string
}

interface Waiting extends Branch {
  /** What the lines of the branches above put in front. */
  readonly indent: string
  readonly isLast: boolean
}

/** Without recursion: a family may be a thousand generations deep. */
export function drawBranches(
  root: string,
  branchesOf: (grows: string) => readonly Branch[],
): readonly string[] {
  const lines: string[] = []
  const drawn = new Set([root])
  const waiting: Waiting[] = []
  const grow = (from: string, indent: string) => {
    const branches = branchesOf(from)
    // A stack gives back the last one first.
    for (let i = branches.length - 1; i >= 0; i--) {
      const branch = branches[i]
      if (branch !== undefined)
        waiting.push({ ...branch, indent, isLast: i === branches.length - 1 })
    }
  }
  grow(root, '')
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { label, grows, indent, isLast } = next
    const again = grows !== undefined && drawn.has(grows)
    lines.push(`${indent}${isLast ? '└─' : '├─'} ${label}${again ? ' (drawn above)' : ''}`)
    if (grows === undefined || again) continue
    drawn.add(grows)
    grow(grows, `${indent}${isLast ? '   ' : '│  '}`)
  }
  return lines
}
