import { join } from 'node:path'
import { installMissing, ROOT } from './install.js'
import { launch } from './launch.js'

/** What `npm start` runs on a fresh clone: the worked example, on a network of four organisations. */
installMissing()
launch(join(ROOT, 'cli', 'example', 'main.ts'), process.argv.slice(2))
